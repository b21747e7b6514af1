"""Calibration: which parameters the facts inform, which parameter sets meet the facts, and how much uncertainty remains."""
