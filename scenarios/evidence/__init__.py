"""What is known: facts with their sources, the calibrated parameter sets, references, and how many numbers are judgements."""
