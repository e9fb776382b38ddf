"""The shape of `site.toml`: what each table holds, checked one value at a time."""

from __future__ import annotations

import re
from datetime import time
from typing import Annotated, Literal, get_args
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, Field

from thirdshift_controller.address import Address
from thirdshift_controller.config.explain import nearest
from thirdshift_controller.config.source import Table
from thirdshift_controller.config.urls import parts_of

SSH_PORT = 22
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = get_args(Day)
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_RACK_UNIT = re.compile(r"U[0-9]{1,2}")


def _word(text: str) -> str:
    if not _WORD.fullmatch(text):
        raise ValueError(f'"{text}" must be one word of letters, digits, ".", "_" and "-"')
    return text


def _rack_unit(text: str) -> str:
    if not _RACK_UNIT.fullmatch(text):
        raise ValueError(f'"{text}" is not a rack unit; write the lowest one it fills as "U04"')
    return text


def _zone(name: str) -> str:
    known = available_timezones()
    if name not in known:
        remedy = nearest(name, known, otherwise='write it as "America/Toronto"')
        raise ValueError(f'"{name}" is not a time zone; {remedy}')
    return name


def _clock(value: object) -> time:
    if not isinstance(value, str) or not _CLOCK.fullmatch(value):
        raise ValueError('must be a time of day as "07:00"; midnight is "00:00"')
    return time.fromisoformat(value)


def _agent(url: str) -> str:
    if parts_of(url, "http", "https") is None:
        raise ValueError(f'"{url}" is not an agent\'s URL; write it as "http://10.0.1.1:9400"')
    return url.rstrip("/")


def _bmc(url: str) -> str:
    parts = parts_of(url, "https", "http", "ipmi")
    if parts is None or parts.path.strip("/"):
        raise ValueError(
            f'"{url}" is not a BMC; write "https://10.0.2.1" (Redfish) or "ipmi://10.0.2.1"'
        )
    return url.rstrip("/")


def _feeds(names: tuple[str, ...]) -> tuple[str, ...]:
    if len({*names}) < len(names):
        raise ValueError("names a feed twice; name each feed once")
    return names


def _ssh(text: str) -> str:
    Address.parse(text, SSH_PORT)
    return text


def _some(days: tuple[Day, ...]) -> tuple[Day, ...]:
    if not days:
        raise ValueError(f"must name at least one of {', '.join(DAYS)}")
    return days


Name = Annotated[str, AfterValidator(_word)]
Feeds = Annotated[tuple[Name, ...], AfterValidator(_feeds)]
Label = Annotated[str, Field(min_length=1)]
Clock = Annotated[time, BeforeValidator(_clock)]


class NodeTable(Table):
    """`[[rows.racks.nodes]]`: one server."""

    name: Name
    rack_unit: Annotated[str, AfterValidator(_rack_unit)]
    model: Label
    gpus: Annotated[int, Field(ge=1, strict=True)]
    agent: Annotated[str, AfterValidator(_agent)]
    ssh: Annotated[str, AfterValidator(_ssh)] | None = None
    bmc: Annotated[str, AfterValidator(_bmc)] | None = None
    gang: Name | None = None
    switch: Name | None = None
    """This and the next two: the rack's, unless the node has its own."""
    feeds: Feeds | None = None
    cooling: Name | None = None


class RackTable(Table):
    """`[[rows.racks]]`."""

    name: Name
    switch: Name | None = None
    feeds: Feeds = ()
    cooling: Name | None = None
    nodes: tuple[NodeTable, ...] = ()


class RowTable(Table):
    """`[[rows]]`."""

    name: Name
    racks: tuple[RackTable, ...] = ()


class PersonTable(Table):
    """`[[people]]`."""

    name: Name
    skills: tuple[Name, ...] = ()


class ShiftTable(Table):
    """`[[shifts]]`. Equal times are a whole day; an end before the start is on the next day."""

    name: Name
    starts: Clock
    ends: Clock
    days: Annotated[tuple[Day, ...], AfterValidator(_some)]
    """The days it starts on."""
    person: str


class SiteTable(Table):
    """`[site]`."""

    name: Name
    timezone: Annotated[str, AfterValidator(_zone)]


class SiteFile(Table):
    """The whole file."""

    site: SiteTable
    rows: tuple[RowTable, ...] = ()
    people: tuple[PersonTable, ...] = ()
    shifts: tuple[ShiftTable, ...] = ()
