"""What people read: sentences, numbers, charts, tables, pages."""
