"""The reply desk: from a deputy's suggestion to a draft reply. ``kb.reply`` is its front."""
