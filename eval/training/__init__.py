"""Training of the judge (``kb.judge``): whether a passage answers a question."""
