"""Questions: what a page asks to have compared, checked and put into words."""
