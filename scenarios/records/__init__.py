"""Service records of one's own: read in a stream, fitted to the model's cases."""
