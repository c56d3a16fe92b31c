"""The HTTP service around the classifier."""
