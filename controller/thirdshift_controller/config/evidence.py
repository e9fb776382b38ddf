"""`[evidence]`: where evidence packs lie."""

from __future__ import annotations

from pathlib import Path

from thirdshift_controller.config.source import Beside, Table


class EvidenceTable(Table):
    """One archive an incident."""

    folder: Beside = Path("evidence")
