"""Answering with a language model: prompt, stream, and the check of every sentence before it is shown.

The model only words what the base found: whether there is evidence was decided before, and what a sentence's
citations do not hold is withheld.
"""
