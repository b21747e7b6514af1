"""An open page: what it asks, what it shows, and what all pages share."""
