"""What the numbers mean: each insight one module, found by its folder."""

from __future__ import annotations
