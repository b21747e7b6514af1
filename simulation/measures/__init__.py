"""Measures, and the recorder that stores them."""
