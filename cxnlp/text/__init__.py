"""Language and sentences of a text."""
