"""The documents' site, and the pages of it that are made from the code: `make docs`."""
