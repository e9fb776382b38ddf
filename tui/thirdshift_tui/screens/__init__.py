"""One screen a file. A screen fetches what it shows, draws it with `draw`, and answers its keys."""
