"""A user's own survey: what counts as an answer, and estimates with their sampling error."""
