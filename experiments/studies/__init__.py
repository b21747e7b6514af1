"""Studies: many runs, planned and run so that none is lost, and analysed for what matters, where targets are missed and what is best."""
