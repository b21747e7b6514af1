"""Inputs that were once read wrongly, each with its right value."""
