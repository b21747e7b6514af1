"""A user's own service records: read in a stream, and fitted to the model's cases."""
