"""Validation: every fact in the ledger, measured inside the simulation as the survey or trial measured it."""
