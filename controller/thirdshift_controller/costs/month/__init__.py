"""The month: every figure of it, out of what was used, lost, paid and asked by others."""
