"""Labels of one's own: read from files, checked, merged over annotators, split for training."""
