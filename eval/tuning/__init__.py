"""Finding fusion weights and gate limits by cross-validation on development sets."""
