"""What a scenario is of where nobody says; here alone, so that options can name it without reading any place."""

DEFAULT_PLACE = "haringey"
