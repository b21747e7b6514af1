"""What compiled functions need: the kernel decorator, its cache, and keyed random numbers."""
