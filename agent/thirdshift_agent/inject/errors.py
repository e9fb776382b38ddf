"""Why a fault cannot be injected."""


class InjectError(ValueError):
    """The fault cannot be injected so; the text says what to give."""
