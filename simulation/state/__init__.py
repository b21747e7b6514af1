"""What changes from month to month, and its layout: people, ties, current levers, events."""
