"""The card of a model folder."""
from pathlib import Path
from training.recipe import Recipe
def write_card(folder: Path, recipe: Recipe) -> None:
    """Write README.md."""
