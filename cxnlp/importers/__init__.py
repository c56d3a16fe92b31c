"""Readers of feedback files: from a known export to the record tables."""
