"""Networks that people bring: who is tied, from lists of ties, adjacency matrices and the files of network programs."""
