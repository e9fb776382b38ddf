"""The evidence room over a scripted world: what is kept, what is said, what survives."""

from __future__ import annotations

import hashlib
import json
import tarfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest

from fakes.api import evidence_of
from fakes.world import World
from thirdshift_controller.adapters.scripted import ScriptedInspector
from thirdshift_controller.errors import ConflictError, NotFoundError
from thirdshift_controller.fleet.inventory import Node
from thirdshift_controller.remedies.evidence import EvidenceRoom
from thirdshift_controller.remedies.inspection import Exhibit
from thirdshift_controller.remedies.witness import EvidenceWitness

DMESG = Exhibit("node/dmesg.txt", "dmesg", b"NVRM: Xid 64\n")
DEAD = Exhibit("node/dmesg.txt", "dmesg", None, "10.0.0.1 cannot be reached")
FIRST = "looks/20261102T130005Z"


@pytest.fixture
def broken(world: World) -> World:
    world.agent("gpu-1").says(world.now, "xid:64", 3, "NVRM: Xid (PCI:0000:13:00): 64")
    world.turn()
    return world


@pytest.fixture
def inspector() -> ScriptedInspector:
    return ScriptedInspector([DMESG])


@pytest.fixture
def room(broken: World, tmp_path: Path, inspector: ScriptedInspector) -> EvidenceRoom:
    return evidence_of(broken, tmp_path, inspector)


def files(room: EvidenceRoom) -> dict[str, bytes]:
    with tarfile.open(room.shelf.newest(1)) as opened:
        return {
            member.name.removeprefix("INC-1/"): file.read()
            for member in opened
            if (file := opened.extractfile(member))
        }


def test_a_pack_holds_the_timeline_the_snapshot_and_what_the_node_said(
    room: EvidenceRoom, inspector: ScriptedInspector
) -> None:
    row = room.collect(1)
    assert row.complete
    found = files(room)
    assert set(found) == {
        "SHA256SUMS",
        "manifest.json",
        "timeline.json",
        "timeline.txt",
        f"{FIRST}/snapshot.json",
        f"{FIRST}/node/dmesg.txt",
    }
    assert found[f"{FIRST}/node/dmesg.txt"] == DMESG.content
    assert json.loads(found[f"{FIRST}/snapshot.json"])["gpus"][3]["power_watts"] == 500.0
    assert inspector.looked_at == [("gpu-1", "00000000:13:00.0")]


def test_the_manifest_names_the_card_that_failed(room: EvidenceRoom) -> None:
    room.collect(1)
    manifest = json.loads(files(room)["manifest.json"])
    assert (manifest["incident"], manifest["runbook"]) == ("INC-1", "row-remap-failure")
    assert (manifest["gpu_serial"], manifest["gpu_uuid"]) == ("1650000003", "GPU-gpu-1-3")


def test_the_timeline_tells_signals_attempts_and_acts_in_order(
    broken: World, room: EvidenceRoom
) -> None:
    broken.turn(broken.burst)
    room.collect(1)
    lines = files(room)["timeline.txt"].decode().splitlines()
    assert lines[0].startswith("INC-1  ")
    assert "serial 1650000003" in lines[1]
    assert "xid:64 NVRM: Xid (PCI:0000:13:00): 64" in lines[3]
    assert lines[3:] == sorted(lines[3:], key=lambda line: line.split()[0])
    told = json.loads(files(room)["timeline.json"])
    assert [each["code"] for each in told["signals"]] == ["64"]
    assert told["incident"]["gpu_slot"] == 3


def test_the_incident_tells_that_its_evidence_was_kept(broken: World, room: EvidenceRoom) -> None:
    room.collect(1)
    assert "evidence kept: INC-1.tar.gz" in broken.timeline()


def test_a_dead_node_makes_a_pack_that_says_so(
    broken: World, room: EvidenceRoom, inspector: ScriptedInspector
) -> None:
    inspector.exhibits = [DEAD]
    assert not room.collect(1).complete
    manifest = json.loads(files(room)["manifest.json"])
    problems = {each["name"]: each["problem"] for each in manifest["exhibits"] if each["problem"]}
    assert problems == {f"{FIRST}/node/dmesg.txt": "10.0.0.1 cannot be reached"}
    assert "1 of its parts could not be had" in broken.timeline()


def test_a_later_look_stands_beside_the_earlier_one(
    broken: World, room: EvidenceRoom, inspector: ScriptedInspector
) -> None:
    room.collect(1)
    broken.clock.move(timedelta(minutes=10))
    inspector.exhibits = [DEAD]
    assert not room.collect(1).complete
    found = files(room)
    assert found[f"{FIRST}/node/dmesg.txt"] == DMESG.content
    assert "looks/20261102T131005Z/snapshot.json" in found
    broken.clock.move(timedelta(minutes=10))
    room.collect(1)
    manifest = json.loads(files(room)["manifest.json"])
    names = [each["name"] for each in manifest["exhibits"] if "dmesg" in each["name"]]
    assert names == [
        f"looks/20261102T13{minute}05Z/node/dmesg.txt" for minute in ("00", "10", "20")
    ]


ASIDE = "INC-1.until-20261102T130005Z.tar.gz"


def test_an_earlier_pack_that_cannot_be_read_is_set_aside_and_named(room: EvidenceRoom) -> None:
    room.collect(1)
    room.shelf.path(1).write_bytes(b"not a pack")
    assert not room.collect(1).complete
    assert b"not an evidence pack" in files(room)["manifest.json"]
    assert room.shelf.path(1).with_name(ASIDE).read_bytes() == b"not a pack"


def test_the_pack_of_another_incident_of_that_number_is_no_part_of_ours(
    broken: World, room: EvidenceRoom
) -> None:
    """The database was thrown away, its evidence was not."""
    room.collect(1)
    theirs = room.shelf.path(1).read_bytes()
    incident = broken.only_incident()
    incident.opened_at += timedelta(days=1)
    with broken.store.write() as session:
        session.add(incident)
    broken.clock.move(timedelta(days=1))
    room.collect(1)
    assert f"{FIRST}/node/dmesg.txt" not in files(room)
    assert b"about another incident, INC-1 of 2026-11-02T13:00:05" in files(room)["manifest.json"]
    aside = room.shelf.path(1).with_name("INC-1.until-20261103T130005Z.tar.gz")
    assert aside.read_bytes() == theirs


def test_evidence_that_cannot_be_kept_before_a_rung_is_told_on_the_incident(
    broken: World, room: EvidenceRoom, tmp_path: Path
) -> None:
    (tmp_path / "evidence").write_text("a file where the folder should be")
    EvidenceWitness(room, broken.catalogue).look(1)
    assert "evidence not kept: " in broken.timeline()


def test_a_pack_that_cannot_be_written_leaves_the_earlier_one(
    room: EvidenceRoom, tmp_path: Path
) -> None:
    (tmp_path / "evidence").write_text("a file where the folder should be")
    with pytest.raises(ConflictError, match=r"evidence/INC-1\.tar\.gz cannot be written"):
        room.collect(1)


def test_an_incident_that_is_none_has_no_evidence(room: EvidenceRoom) -> None:
    with pytest.raises(NotFoundError, match="there is no incident INC-2"):
        room.collect(2)
    with pytest.raises(NotFoundError, match="there is no evidence of INC-1 yet"):
        room.shelf.newest(1)


def test_a_pack_that_is_gone_from_the_disk_is_named(room: EvidenceRoom) -> None:
    room.collect(1)
    room.shelf.path(1).unlink()
    with pytest.raises(NotFoundError, match=r"INC-1\.tar\.gz is gone, though it was kept on 2026"):
        room.shelf.newest(1)


def test_two_who_collect_at_once_take_turns(broken: World, tmp_path: Path) -> None:
    first_looks, may_end = Event(), Event()
    looking = list[str]()

    class Slow:
        def inspect(self, node: Node, pci_address: str | None) -> Iterator[Exhibit]:
            looking.append(node.name)
            first_looks.set()
            assert may_end.wait(30)
            yield DMESG

    room = evidence_of(broken, tmp_path, Slow())
    with ThreadPoolExecutor(2) as executor:
        first = executor.submit(room.collect, 1)
        assert first_looks.wait(30)
        second = executor.submit(room.collect, 1)
        assert looking == ["gpu-1"]
        may_end.set()
        assert first.result().complete
        assert second.result().complete
    assert looking == ["gpu-1", "gpu-1"]


def test_the_archive_on_disk_is_what_the_database_says(room: EvidenceRoom) -> None:
    row = room.collect(1)
    content = room.shelf.newest(1).read_bytes()
    assert (len(content), hashlib.sha256(content).hexdigest()) == (row.size_bytes, row.sha256)
