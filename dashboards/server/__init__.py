"""The server: its door, its limits, and what it answers beside the pages."""
