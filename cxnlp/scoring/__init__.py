"""Interactions in, scored interactions out."""
