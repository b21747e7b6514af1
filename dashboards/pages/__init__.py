"""What Solara runs: one page a browser tab, drawn from its session's view."""
