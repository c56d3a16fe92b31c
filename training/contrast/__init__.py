"""Sentences of our own for what small sentiment models get wrong, from templates and word lists."""
