"""Why a file that describes the site is refused."""


class ConfigError(Exception):
    """A file cannot be used. One line a problem: the file, the line, the key and what mends it."""
