"""Evidence of an incident, from a node's sshd to the file that a person unpacks and checks."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from pydantic import TypeAdapter

from fakes.api import client_of, served, services_of
from fakes.world import World
from servers.sshd import Sshd, sshd
from thirdshift_controller.adapters.exhibits import Source
from thirdshift_controller.adapters.ssh_connection import SshSettings
from thirdshift_controller.adapters.ssh_evidence import SshInspector
from thirdshift_controller.fleet.inventory import Node
from thirdshift_controller.remedies.inspection import Exhibit
from thirdshift_controller.wire import EvidencePack

EVIDENCE = "/v1/incidents/INC-1/evidence"
REPORT = b"\x1f\x8b\x08\x00" + bytes(200_000)


class AtSshd:
    """The inspector that is shipped; all nodes have the address of one sshd."""

    def __init__(self, server: Sshd) -> None:
        settings = SshSettings(server.user, server.key_file, server.known_hosts_file, 20.0, 20.0)
        report = server.folder / "report.gz"
        report.write_bytes(REPORT)
        sources = (
            Source("node/dmesg.txt", "sudo -n dmesg --time-format iso", 20.0),
            Source("node/report.gz", "sudo -n report", 20.0, 1_000_000, str(report)),
            Source("node/dmidecode.txt", "sudo -n dmidecode", 20.0),
        )
        self._address, self._inspector = server.address, SshInspector(settings, lambda _: sources)

    def inspect(self, node: Node, pci_address: str | None) -> Iterator[Exhibit]:
        return self._inspector.inspect(replace(node, ssh=self._address), pci_address)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Sshd]:
    folder = tmp_path / "node"
    folder.mkdir()
    with sshd(folder) as one:
        one.show('case "$*" in *dmidecode) echo "no /dev/mem" >&2; exit 1;; esac; echo "Xid 64"')
        yield one


@pytest.fixture
def url(world: World, server: Sshd, tmp_path: Path) -> Iterator[str]:
    world.agent("gpu-1").says(world.now, "xid:64", 3, "NVRM: Xid (PCI:0000:13:00): 64")
    world.turn()
    with served(services_of(world, tmp_path, AtSshd(server))) as address:
        yield address


@pytest.fixture
def ana(url: str) -> Iterator[httpx.Client]:
    with client_of(url, "ana") as client:
        client.timeout = httpx.Timeout(60.0)
        yield client


def unpacked(archive: bytes, folder: Path) -> Path:
    """By the tools that a vendor's clerk has."""
    (folder / "pack.tar.gz").write_bytes(archive)
    subprocess.run(["tar", "-xzf", "pack.tar.gz"], cwd=folder, check=True)
    return folder / "INC-1"


def test_a_pack_is_collected_downloaded_unpacked_and_every_sum_holds(
    ana: httpx.Client, tmp_path: Path
) -> None:
    told = TypeAdapter(EvidencePack).validate_json(ana.post(EVIDENCE).content)
    answer = ana.get(EVIDENCE)
    assert answer.headers["content-disposition"] == 'attachment; filename="INC-1.tar.gz"'
    assert hashlib.sha256(answer.content).hexdigest() == told.sha256
    assert (told.incident, told.size_bytes, told.complete) == ("INC-1", len(answer.content), False)
    folder = unpacked(answer.content, tmp_path)
    command = ["sha256sum", "--check", "--strict", "SHA256SUMS"]
    checked = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")
    files = {path for path in folder.rglob("*") if path.is_file()}
    assert len(checked.stdout.splitlines()) == len(files - {folder / "SHA256SUMS"})


def test_a_pack_holds_the_nodes_own_words_and_names_what_it_lacks(
    ana: httpx.Client, tmp_path: Path
) -> None:
    ana.post(EVIDENCE)
    folder = unpacked(ana.get(EVIDENCE).content, tmp_path)
    (look,) = (folder / "looks").iterdir()
    assert (look / "node" / "dmesg.txt").read_text() == "Xid 64\n"
    assert (look / "node" / "report.gz").read_bytes() == REPORT
    assert not (look / "node" / "dmidecode.txt").exists()
    exhibits = json.loads((folder / "manifest.json").read_text())["exhibits"]
    problems = {each["name"]: each["problem"] for each in exhibits if each["problem"]}
    assert problems == {f"looks/{look.name}/node/dmidecode.txt": "exit status 1: no /dev/mem"}


def test_a_file_that_was_changed_is_found_by_its_sum(ana: httpx.Client, tmp_path: Path) -> None:
    ana.post(EVIDENCE)
    folder = unpacked(ana.get(EVIDENCE).content, tmp_path)
    (folder / "timeline.txt").write_text("nothing happened\n")
    command = ["sha256sum", "--check", "--quiet", "SHA256SUMS"]
    checked = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert checked.returncode == 1
    assert "timeline.txt: FAILED" in checked.stdout


def test_before_the_first_pack_the_answer_says_how_to_get_one(ana: httpx.Client) -> None:
    answer = ana.get(EVIDENCE)
    assert answer.status_code == 404
    assert answer.json()["detail"] == (
        "there is no evidence of INC-1 yet; POST /v1/incidents/INC-1/evidence collects it"
    )


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_incident_that_is_none_is_not_found(ana: httpx.Client, method: str) -> None:
    for identifier in ("INC-7", "WO-1", "x"):
        answer = ana.request(method, f"/v1/incidents/{identifier}/evidence")
        assert answer.status_code == 404


def test_a_viewer_may_read_evidence_and_not_have_it_collected(url: str, ana: httpx.Client) -> None:
    ana.post(EVIDENCE)
    with client_of(url, "viewer") as viewer:
        assert viewer.get(EVIDENCE).status_code == 200
        assert viewer.post(EVIDENCE).status_code == 403


def test_alertmanager_gets_no_evidence(url: str) -> None:
    with client_of(url, "alertmanager") as alerts:
        assert alerts.get(EVIDENCE).status_code == 403
