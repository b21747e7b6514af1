"""What is cached on disk so that it is not computed twice: burnt-in worlds and runs."""
