"""The archive of an evidence pack: files with a manifest and their sums. Bytes in, bytes out.

    INC-12/manifest.json   what the pack is about, every file with its sum, and what is missing
    INC-12/SHA256SUMS      for `sha256sum -c`
    INC-12/timeline.txt    for people
    INC-12/timeline.json   the same and more, for programs
    INC-12/looks/...       what the node and its BMC said, a folder for each time they were asked

The same content makes the same archive, byte for byte.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from thirdshift_controller.remedies.inspection import Exhibit

FORMAT = 1
LOOKS = "looks/"
MANIFEST = "manifest.json"
SUMS = "SHA256SUMS"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a pack is about."""

    incident: str
    title: str
    runbook: str
    node: str
    gpu_slot: int | None
    gpu_serial: str | None
    gpu_uuid: str | None
    pci_address: str | None
    opened_at: datetime


def pack(subject: Subject, exhibits: Sequence[Exhibit], made_at: datetime) -> bytes:
    """The archive. Its files' times are the incident's, so that they change with nothing else."""
    files = {each.name: each.content for each in exhibits if each.content is not None}
    files[MANIFEST] = _manifest(subject, exhibits, made_at)
    files[SUMS] = "".join(f"{_sha256(files[name])}  {name}\n" for name in sorted(files)).encode()
    return _archive(subject, files)


def looks_of(archive: bytes, incident: str, opened_at: datetime) -> list[Exhibit]:
    """What an earlier pack holds of nodes and BMCs, and what it says is missing of them.

    Raises `ValueError` for what is no pack of this incident: a new database numbers anew.
    """
    try:
        files = _files(archive)
        manifest = json.loads(files[MANIFEST])
        if (manifest["incident"], manifest["opened_at"]) != (incident, opened_at.isoformat()):
            about = f"{manifest['incident']} of {manifest['opened_at']}"
            raise ValueError(f"it is about another incident, {about}")
        entries = [entry for entry in manifest["exhibits"] if entry["name"].startswith(LOOKS)]
        return [
            Exhibit(entry["name"], entry["source"], files.get(entry["name"]), entry["problem"])
            for entry in entries
        ]
    except (tarfile.TarError, EOFError, OSError, KeyError, TypeError) as error:
        raise ValueError(f"not an evidence pack: {error}") from error


def _manifest(subject: Subject, exhibits: Sequence[Exhibit], made_at: datetime) -> bytes:
    return as_json(
        {
            "format": FORMAT,
            "made_at": made_at,
            **asdict(subject),
            "exhibits": [_entry(each) for each in sorted(exhibits, key=lambda each: each.name)],
        }
    )


def as_json(value: object) -> bytes:
    """For people and programs alike; instants in ISO 8601 with offset."""
    text = json.dumps(value, indent=2, ensure_ascii=False, default=datetime.isoformat)
    return f"{text}\n".encode()


def _entry(exhibit: Exhibit) -> dict[str, object]:
    content = exhibit.content
    return {
        "name": exhibit.name,
        "source": exhibit.source,
        "size_bytes": None if content is None else len(content),
        "sha256": None if content is None else _sha256(content),
        "problem": exhibit.problem,
    }


def _archive(subject: Subject, files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with (
        gzip.GzipFile(filename="", mode="wb", fileobj=buffer, mtime=0) as zipped,
        tarfile.open(fileobj=zipped, mode="w") as archive,
    ):
        for name in sorted(files):
            member = tarfile.TarInfo(f"{subject.incident}/{name}")
            member.size, member.mtime = len(files[name]), int(subject.opened_at.timestamp())
            archive.addfile(member, io.BytesIO(files[name]))
    return buffer.getvalue()


def _files(archive: bytes) -> dict[str, bytes]:
    """Contents by their path beneath the incident's folder."""
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as opened:
        found = {member.name: opened.extractfile(member) for member in opened}
        return {name.partition("/")[2]: file.read() for name, file in found.items() if file}


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
