"""The parts that tariffs are made of. Each knows what it comes to over a stretch of hours."""
