"""How far the model can be believed: calibration, validation, robustness, assurance, and the fit to a place's own data."""
