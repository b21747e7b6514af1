"""What compiled functions need: the mark of a kernel, its cache, and keyed random numbers."""
