"""Why the demo stopped."""


class DemoError(Exception):
    """The demo cannot go on; the text says what happened and what to look at."""
