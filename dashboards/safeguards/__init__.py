"""Safeguards: who asks, how much each may take, files that their owner alone may read, and what a page is told of an error."""
