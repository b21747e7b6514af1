"""What a browser is given: the list of pages, their words, scripts and style, and the page around them."""
