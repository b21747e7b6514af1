"""Robustness: which of the main conclusions depend on what is assumed, and on which theory is right."""
