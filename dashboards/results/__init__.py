"""What is kept and shown: results, ready comparisons, studies, saved comparisons, and the catalogue of what there is to choose from."""
