"""The project's own question set: documents made from corpus/, questions checked against them, a datasheet."""
