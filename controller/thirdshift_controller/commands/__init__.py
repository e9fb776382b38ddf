"""Commands that need more room than `cli.py` has: each module adds its own to the parser."""
