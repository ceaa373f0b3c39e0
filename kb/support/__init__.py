"""The support desk: which supports of the base a person or company can claim, condition by condition.

``kb.match`` is its front door.
"""
