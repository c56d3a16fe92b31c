"""Sufficient statistics per touchpoint, stage and period."""
