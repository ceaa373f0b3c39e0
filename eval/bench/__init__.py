"""How fast and how large: ``python -m eval bench`` measures indexing, search, memory, disk and start-up by size.

Every step is a process of its own (``steps``), so that its memory is its own; its figures are kept as it ends, and a
run that was stopped goes on with the step it was in.
"""
