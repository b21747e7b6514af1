"""Calibration: which parameters the facts speak of, which sets of them meet the facts, and how unsure that leaves the rest."""
