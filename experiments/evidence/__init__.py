"""How far the model can be believed: calibration, validation, robustness, and the fit to a place's own data."""
