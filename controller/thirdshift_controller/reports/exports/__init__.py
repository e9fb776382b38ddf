"""Our own price of a GPU-hour, in the files that other tools read prices from."""
