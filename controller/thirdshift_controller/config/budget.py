"""`[budget]`: how much of the site the controller may disturb at a time."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from thirdshift_controller.config.source import Count, Seconds, Table

Ratio = Annotated[float, Field(gt=0, le=1, strict=True)]


class BudgetTable(Table):
    """Nodes that may be disturbed within one window, in each scope; spans of the site's clock."""

    window_seconds: Seconds = 3600.0
    cooldown_seconds: Seconds = 1800.0
    """How long a scope that was full stays closed."""
    site_nodes: Count = 5
    site_ratio: Ratio = 0.2
    """Of the site's nodes that may be out of service for repair at one time; one always may."""
    rack_nodes: Count = 2
    feed_nodes: Count = 4
    gang_nodes: Count = 2
    fixes_per_node: Count = 5
    """Within 7 days; a node that needs more is a lemon and is a person's."""
