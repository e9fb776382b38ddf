"""`[bmc]`: how the nodes' management controllers are read and asked to act."""

from __future__ import annotations

from thirdshift_controller.config.source import Count, Seconds, Table


class BmcTable(Table):
    """Without addresses in the site file none is asked."""

    interval_seconds: Seconds = 60.0
    """Of the wall."""
    timeout_seconds: Seconds = 10.0
    """Of the wall, for one question."""
    workers: Count = 16
