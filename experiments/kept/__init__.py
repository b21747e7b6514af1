"""What is kept on disk so that it is not worked out twice: burnt-in worlds and runs."""
