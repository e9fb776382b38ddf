"""`costs.toml` and the registers beside it: how they are written, read and checked."""
