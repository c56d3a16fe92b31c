"""Journey metrics as pure functions."""
