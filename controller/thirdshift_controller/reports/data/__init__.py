"""A month as data: FOCUS, Parquet, one tidy table, JSON, and where each figure comes from."""
