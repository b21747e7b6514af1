"""A user's own networks: who is tied, from lists of ties, adjacency matrices and files of network programs."""
