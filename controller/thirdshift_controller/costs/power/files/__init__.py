"""`power.toml` and the CSV files that it names: how they are written, read and checked."""
