"""The console: the racks on an operator's terminal, and where the technician works."""
