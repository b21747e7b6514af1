"""Tables that people bring: CSV and Excel of any usual form, which column is what, and which cells and rows count."""
