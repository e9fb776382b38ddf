"""The archive of an evidence pack: the same from the same, and what is missing is named."""

from __future__ import annotations

import io
import json
import tarfile
from datetime import UTC, datetime, timedelta

import pytest

from thirdshift_controller.remedies.inspection import Exhibit
from thirdshift_controller.remedies.pack import Subject, looks_of, pack

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
SUBJECT = Subject(
    incident="INC-12",
    title="A row could not be remapped",
    runbook="row-remap-failure",
    node="gpu-1",
    gpu_slot=3,
    gpu_serial="1650000003",
    gpu_uuid="GPU-1",
    pci_address="00000000:3b:00.0",
    opened_at=NOON,
)
TIMELINE = Exhibit("timeline.txt", "the controller", b"opened\n")
DMESG = Exhibit("looks/1/node/dmesg.txt", "dmesg", b"NVRM: Xid\n", "exit status 1")
REPORT = Exhibit("looks/1/node/report.gz", "report", None, "no end within 600 s")


def members(archive: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
        return {
            member.name: file.read() for member in opened if (file := opened.extractfile(member))
        }


def test_the_same_content_makes_the_same_bytes_in_whatever_order_it_comes() -> None:
    assert pack(SUBJECT, [TIMELINE, DMESG, REPORT], NOON) == pack(
        SUBJECT, [REPORT, DMESG, TIMELINE], NOON
    )


def test_other_content_makes_other_bytes() -> None:
    other = Exhibit("timeline.txt", "the controller", b"closed\n")
    assert pack(SUBJECT, [TIMELINE], NOON) != pack(SUBJECT, [other], NOON)


def test_everything_lies_in_a_folder_with_the_incidents_name() -> None:
    assert sorted(members(pack(SUBJECT, [TIMELINE, DMESG, REPORT], NOON))) == [
        "INC-12/SHA256SUMS",
        "INC-12/looks/1/node/dmesg.txt",
        "INC-12/manifest.json",
        "INC-12/timeline.txt",
    ]


def test_the_manifest_names_the_gpu_every_file_and_what_is_missing() -> None:
    archive = pack(SUBJECT, [TIMELINE, DMESG, REPORT], NOON)
    manifest = json.loads(members(archive)["INC-12/manifest.json"])
    assert manifest["incident"] == "INC-12"
    assert manifest["gpu_serial"] == "1650000003"
    assert manifest["made_at"] == "2026-11-02T12:00:00+00:00"
    assert manifest["exhibits"] == [
        {
            "name": "looks/1/node/dmesg.txt",
            "source": "dmesg",
            "size_bytes": 10,
            "sha256": "b656c6e8e6bc2541e80522c2771771843ecfa7768706fe301ffb12f9765188ae",
            "problem": "exit status 1",
        },
        {
            "name": "looks/1/node/report.gz",
            "source": "report",
            "size_bytes": None,
            "sha256": None,
            "problem": "no end within 600 s",
        },
        {
            "name": "timeline.txt",
            "source": "the controller",
            "size_bytes": 7,
            "sha256": "d287b36655481f97197d2489f087ae7a19d1cc332f7526e6d9eb8318f371cfbf",
            "problem": None,
        },
    ]


def read_back(archive: bytes) -> list[Exhibit]:
    return looks_of(archive, SUBJECT.incident, SUBJECT.opened_at)


def test_the_looks_of_a_pack_are_read_back_with_what_they_lack() -> None:
    assert read_back(pack(SUBJECT, [TIMELINE, DMESG, REPORT], NOON)) == [DMESG, REPORT]


@pytest.mark.parametrize("cut", [0, 10, 100])
def test_what_is_no_pack_is_refused(cut: int) -> None:
    with pytest.raises(ValueError, match="not an evidence pack"):
        read_back(pack(SUBJECT, [TIMELINE], NOON)[:cut])


def test_the_pack_of_another_incident_is_refused() -> None:
    with pytest.raises(ValueError, match="about another incident, INC-12 of 2026-11-0"):
        looks_of(pack(SUBJECT, [DMESG], NOON), "INC-12", NOON + timedelta(days=1))
