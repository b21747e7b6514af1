"""Robustness: which of the main conclusions hang on what is assumed, and on which theory is right."""
