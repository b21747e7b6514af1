"""How far the model can be trusted: calibration, validation, robustness, and the fit to a place's own data."""
