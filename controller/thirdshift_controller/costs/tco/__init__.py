"""The years ahead: what owning costs over a life, what moves it, and when renting is cheaper."""
