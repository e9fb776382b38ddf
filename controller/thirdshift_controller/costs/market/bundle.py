"""Prices in one signed file, for a room without internet: `prices-2026-11.tar.gz`.

In it stand the tables, a manifest of their hashes, counts and licences, and the signature of the
manifest. The same tables and key give the same bytes. A bundle is read whole before any of it is
believed; what is not in the manifest is refused.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import re
import tarfile
import tempfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from thirdshift_controller.config import ConfigError
from thirdshift_controller.costs.market import signing
from thirdshift_controller.costs.market.record import CloudPrice
from thirdshift_controller.costs.market.table import (
    load_prices,
    read_table,
    tables_of,
    write_whole,
)

FORMAT = "thirdshift-prices/1"
MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
MOST_BYTES = 64 * 1024 * 1024
"""Unpacked; a year of every catalogue is a tenth of it."""
_READABLE = 0o644
_IN_IT = re.compile(rf"[\w-][\w.-]*\.csv|{re.escape(MANIFEST)}|{re.escape(SIGNATURE)}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Listed:
    """One table as the manifest tells of it."""

    name: str
    sha256: str
    rows: int
    licences: tuple[str, ...]
    sources: tuple[str, ...]
    first_retrieved_on: date
    retrieved_on: date
    """The latest day of a price."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle whose signature, hashes and counts are right."""

    month: str
    tables: tuple[Listed, ...]
    contents: Mapping[str, bytes]


def bundle_name(month: str) -> str:
    """What the file of a month is called."""
    return f"prices-{month}.tar.gz"


def pack(place: Path, month: str, secret: Path) -> bytes:
    """The bundle of a table or a folder of them. Raises `ConfigError` where one of them is bad."""
    load_prices(place)
    contents = {path.name: path.read_bytes() for path in tables_of(place)}
    listed = [_listed(path) for path in tables_of(place)]
    manifest = {"format": FORMAT, "month": month, "tables": [_told(one) for one in listed]}
    text = (json.dumps(manifest, indent=2, sort_keys=True) + "\n").encode()
    return _archive({MANIFEST: text, SIGNATURE: signing.sign(secret, text), **contents})


def unpack(path: Path, public: Path) -> Bundle:
    """A bundle, proved. Raises `ConfigError` that says what of it is wrong."""
    contents = _contents(path)
    manifest, signature = contents.pop(MANIFEST, None), contents.pop(SIGNATURE, None)
    if manifest is None or signature is None:
        raise ConfigError(f"{path} is no bundle of prices: it lacks {MANIFEST} or {SIGNATURE}")
    if not signing.is_signed(public, signature, manifest):
        raise ConfigError(
            f"{path}: its signature is not that of {public}; ask the sender for the right file"
        )
    month, listed = _read_manifest(path, manifest)
    if {one.name for one in listed} != contents.keys():
        odd = sorted({one.name for one in listed} ^ contents.keys())
        raise ConfigError(f"{path}: manifest and contents differ in {', '.join(odd)}")
    for one in listed:
        _prove(path, one, contents[one.name])
    return Bundle(month, listed, contents)


def install(bundle: Bundle, folder: Path, *, replace: bool) -> list[Path]:
    """Write a bundle's tables into a folder, once all of them are known to fit there.

    Raises `ConfigError` where a table of that name with other contents is there and `replace` is
    not said, or where a price would stand twice.
    """
    kept = [path for path in folder.glob("*.csv") if path.name not in bundle.contents]
    for name, content in bundle.contents.items():
        there = folder / name
        if not replace and there.exists() and there.read_bytes() != content:
            raise ConfigError(f"{there} is there with other prices; say --replace to have it so")
    with tempfile.TemporaryDirectory() as rehearsal:
        for path in kept:
            (Path(rehearsal) / path.name).write_bytes(path.read_bytes())
        for name, content in bundle.contents.items():
            (Path(rehearsal) / name).write_bytes(content)
        load_prices(Path(rehearsal))
    return [write_whole(folder / name, content) for name, content in bundle.contents.items()]


def _listed(path: Path) -> Listed:
    prices = read_table(path)
    if not prices:
        raise ConfigError(f"{path} has no row; leave it out")
    return Listed(
        name=path.name,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        rows=len(prices),
        licences=tuple(sorted({price.licence or "not said" for price in prices})),
        sources=tuple(sorted({price.source for price in prices})),
        first_retrieved_on=min(price.as_of for price in prices),
        retrieved_on=max(price.as_of for price in prices),
    )


def _told(one: Listed) -> dict[str, object]:
    return {
        "name": one.name,
        "sha256": one.sha256,
        "rows": one.rows,
        "licences": list(one.licences),
        "sources": list(one.sources),
        "first_retrieved_on": str(one.first_retrieved_on),
        "retrieved_on": str(one.retrieved_on),
    }


def _archive(contents: Mapping[str, bytes]) -> bytes:
    """A tar file without owner, time or order of its own, so that it is the same every time."""
    plain, packed = io.BytesIO(), io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name in sorted(contents):
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(contents[name]), _READABLE
            archive.addfile(member, io.BytesIO(contents[name]))
    with gzip.GzipFile(filename="", fileobj=packed, mode="wb", mtime=0) as file:
        file.write(plain.getvalue())
    return packed.getvalue()


def _contents(path: Path) -> dict[str, bytes]:
    """Its files, none of which may lie in a folder. Nothing is written anywhere."""
    contents: dict[str, bytes] = {}
    try:
        with gzip.open(path) as file:
            plain = file.read(MOST_BYTES + 1)
        if len(plain) > MOST_BYTES:
            raise ConfigError(f"{path} is larger than {MOST_BYTES} bytes; it is no bundle of ours")
        with tarfile.open(fileobj=io.BytesIO(plain)) as archive:
            for member in archive:
                content = archive.extractfile(member)
                if content is None or not _IN_IT.fullmatch(member.name):
                    raise ConfigError(f"{path}: {member.name} is no table; it is refused")
                if member.name in contents:
                    raise ConfigError(f"{path}: {member.name} is in it twice; it is refused")
                contents[member.name] = content.read()
    except (OSError, EOFError, zlib.error, tarfile.TarError) as error:
        raise ConfigError(f"{path} cannot be read as a bundle: {error}; fetch it again") from None
    return contents


def _read_manifest(path: Path, content: bytes) -> tuple[str, tuple[Listed, ...]]:
    try:
        manifest = json.loads(content)
        if manifest["format"] != FORMAT:
            raise ConfigError(f"{path} is of the format {manifest['format']}; we read {FORMAT}")
        return manifest["month"], tuple(_listed_in(one) for one in manifest["tables"])
    except (ValueError, TypeError, LookupError) as error:
        raise ConfigError(f"{path}: its manifest cannot be read: {error}") from None


def _listed_in(told: Mapping[str, Any]) -> Listed:
    return Listed(
        name=told["name"],
        sha256=told["sha256"],
        rows=told["rows"],
        licences=tuple(told["licences"]),
        sources=tuple(told["sources"]),
        first_retrieved_on=date.fromisoformat(told["first_retrieved_on"]),
        retrieved_on=date.fromisoformat(told["retrieved_on"]),
    )


def _prove(path: Path, one: Listed, content: bytes) -> None:
    if hashlib.sha256(content).hexdigest() != one.sha256:
        raise ConfigError(f"{path}: the hash of {one.name} is not that of the manifest")
    rows = len(_prices(one.name, content))
    if rows != one.rows:
        raise ConfigError(f"{path}: {one.name} has {rows} rows, the manifest says {one.rows}")


def _prices(name: str, content: bytes) -> list[CloudPrice]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        return read_table(path)
