"""The outside world behind our ports. Imported by bootstrap alone."""
