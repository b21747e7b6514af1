"""Studies: many runs planned, run so that none is lost, kept, and asked what matters, where it breaks and what is best."""
