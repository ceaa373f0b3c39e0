"""A home in one file, and back: everything but what can be rebuilt, checked before anything is changed."""
