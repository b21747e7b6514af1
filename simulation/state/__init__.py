"""What changes from month to month, and how it is laid out: people, ties, levers in force, events."""
