"""Scenarios compared with a base on the same people and days: replicates, paired effects, ranking, costs."""
