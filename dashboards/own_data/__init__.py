"""Data that people bring: how they are taken, read apart from the server, and kept as a place."""
