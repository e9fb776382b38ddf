"""`[catalogue]`: the site's own pages beside those that are shipped."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator

from thirdshift_controller.config.source import Beside, Table


def _folder(path: Path) -> Path:
    if not path.is_dir():
        raise ValueError(f"there is no folder {path}; create it, or take the key away")
    return path


class CatalogueTable(Table):
    """`docs/runbooks.md` says what such a page does."""

    overrides: Annotated[Beside, AfterValidator(_folder)] | None = None
