"""What can go wrong with the store."""


class StoreError(Exception):
    """The database cannot be used; the text says why."""
