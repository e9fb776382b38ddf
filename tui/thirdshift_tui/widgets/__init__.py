"""The two widgets: a list of inked lines, and the map. Both draw through Textual's line API."""
