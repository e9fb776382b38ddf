"""A line of the books as it is named in their files."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator

from thirdshift_controller.config.explain import nearest
from thirdshift_controller.costs.posting import Line


def _line(value: object) -> object:
    lines = [str(line) for line in Line]
    if value not in lines:
        raise ValueError(f'"{value}" is no line of the books; {nearest(str(value), lines)}')
    return value


LineName = Annotated[Line, BeforeValidator(_line)]
