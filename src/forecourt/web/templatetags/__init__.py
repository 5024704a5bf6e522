"""Template tags of the house: the library `forecourt` is built into every template."""
