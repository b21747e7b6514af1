"""What people bring of their own: tables, surveys, service records and networks, read with a word on everything that was done to them."""
