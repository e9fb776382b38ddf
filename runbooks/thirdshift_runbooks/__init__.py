"""The fault catalogue: one Markdown page a fault, read by people and by the program."""
