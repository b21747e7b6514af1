"""What `make prove` runs: every claim at full size, resumable, each part with a table for the docs."""
