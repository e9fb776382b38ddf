"""What is missing when an hour or a month cannot be priced."""

from __future__ import annotations

from thirdshift_controller.config.errors import ConfigError


class UnpricedError(ConfigError):
    """The files are sound, but do not say what something cost; it is never taken for nothing."""
