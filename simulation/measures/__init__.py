"""What is measured, and the recorder that keeps it."""
