"""What is fetched from a node for an evidence pack, over a real sshd with SFTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from fakes.site import node
from servers.sshd import Sshd, know, new_key, sshd
from thirdshift_controller.adapters.exhibits import Source, sources_for
from thirdshift_controller.adapters.ssh_connection import SshSettings
from thirdshift_controller.adapters.ssh_evidence import SshInspector
from thirdshift_controller.remedies.inspection import Exhibit

PCI_ADDRESS = "00000000:3b:00.0"
ECHO = Source("node/echo.txt", "sudo -n echo", 20.0, 1000)
REPORT = Source("node/report.gz", "sudo -n report", 20.0, 1000)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Sshd]:
    with sshd(tmp_path) as one:
        yield one


def looked(server: Sshd, *sources: Source, pci_address: str | None = PCI_ADDRESS) -> list[Exhibit]:
    settings = SshSettings(server.user, server.key_file, server.known_hosts_file, 20.0, 20.0)
    inspector = SshInspector(settings, (lambda _: sources) if sources else sources_for)
    return list(inspector.inspect(node("gpu-1", ssh=server.address), pci_address))


def only(exhibits: list[Exhibit]) -> Exhibit:
    (one,) = exhibits
    return one


def test_every_exhibit_is_fetched_by_its_own_command(server: Sshd, tmp_path: Path) -> None:
    for program in ("nvidia-smi", "lspci"):
        server.program(program, f'echo "{program} $*"')
    server.show('echo "as root: $*"')
    report = tmp_path / "report.gz"
    report.write_bytes(b"\x1f\x8b\x00\xff")
    sources = [
        replace(source, file=str(report)) if source.file else source
        for source in sources_for(PCI_ADDRESS)
    ]
    found = {each.name: each for each in looked(server, *sources)}
    assert all(each.problem is None for each in found.values())
    assert found["node/nvidia-smi.xml"].content == b"nvidia-smi -q -x\n"
    assert found["node/lspci.txt"].content == b"as root: -n lspci -vvv -nn -s 00000000:3B:00.0\n"
    assert found["node/nvidia-bug-report.log.gz"].content == b"\x1f\x8b\x00\xff"
    assert set(found) == {
        "node/lspci.txt",
        "node/serials.csv",
        "node/dmidecode.txt",
        "node/dmesg.txt",
        "node/kernel.txt",
        "node/agent.txt",
        "node/agent-journal.tar",
        "node/pci-tree.txt",
        "node/nvidia-smi.xml",
        "node/nvidia-bug-report.log.gz",
    }


@pytest.mark.parametrize("pci_address", [None, "$(reboot)", "00000000:3b:00.0 -H1"])
def test_without_a_pci_address_every_gpu_is_listed(pci_address: str | None) -> None:
    assert sources_for(pci_address)[0].command == "sudo -n lspci -vvv -nn -d 10de:"


def test_what_a_command_complains_of_is_no_part_of_its_exhibit(server: Sshd) -> None:
    server.behave("echo '<xml/>'; echo 'WARNING: infoROM is corrupted' >&2")
    assert only(looked(server, ECHO)) == Exhibit("node/echo.txt", "sudo -n echo", b"<xml/>\n")


def test_a_command_that_fails_shows_what_it_said_and_why(server: Sshd) -> None:
    server.behave("echo half; echo 'sudo: a password is required' >&2; exit 1")
    exhibit = only(looked(server, ECHO))
    assert exhibit.content == b"half\n"
    assert exhibit.problem == "exit status 1: sudo: a password is required"


def test_a_command_that_says_nothing_is_a_problem(server: Sshd) -> None:
    exhibit = only(looked(server, ECHO))
    assert (exhibit.content, exhibit.problem) == (None, "it is empty")


def test_an_exhibit_beyond_its_size_is_cut_and_says_so(server: Sshd) -> None:
    server.behave("yes")
    first, second = looked(server, ECHO, ECHO)
    assert first == second
    assert first.content == b"y\n" * 500
    assert first.problem == "longer than 1000 bytes; this is its beginning"


def test_a_command_without_end_keeps_the_others_from_nothing(server: Sshd) -> None:
    server.behave('case "$*" in *report) sleep 600;; esac; echo here')
    hung = replace(REPORT, seconds=1.0)
    first, second = looked(server, hung, ECHO)
    assert (first.content, first.problem) == (None, "no end within 1 s")
    assert (second.content, second.problem) == (b"here\n", None)


def test_a_report_that_failed_is_not_taken_for_an_older_one(server: Sshd, tmp_path: Path) -> None:
    old = tmp_path / "old.gz"
    old.write_bytes(b"of last week")
    server.behave("echo 'no GPU'; exit 1")
    exhibit = only(looked(server, replace(REPORT, file=str(old))))
    assert (exhibit.content, exhibit.problem) == (None, "exit status 1: no GPU")


def test_a_report_that_is_not_there_is_named(server: Sshd, tmp_path: Path) -> None:
    exhibit = only(looked(server, replace(REPORT, file=str(tmp_path / "absent.gz"))))
    assert exhibit.content is None
    assert f"{tmp_path}/absent.gz cannot be read on [127.0.0.1]:" in str(exhibit.problem)
    assert "No such file" in str(exhibit.problem)


def test_a_report_beyond_its_size_is_cut_and_says_so(server: Sshd, tmp_path: Path) -> None:
    large = tmp_path / "large.gz"
    large.write_bytes(bytes(3_000_000))
    exhibit = only(looked(server, replace(REPORT, file=str(large), limit_bytes=2_000_000)))
    assert exhibit.content == bytes(2_000_000)
    assert exhibit.problem == "longer than 2000000 bytes; this is its beginning"


def test_a_node_that_refuses_us_gives_every_exhibit_with_the_reason(
    server: Sshd, tmp_path: Path
) -> None:
    know(server.known_hosts_file, server.port, new_key(tmp_path / "old_host_key"))
    exhibits = looked(server)
    assert len(exhibits) == len(sources_for(PCI_ADDRESS))
    assert {each.content for each in exhibits} == {None}
    assert all("shows another key" in str(each.problem) for each in exhibits)


def test_a_node_without_an_address_gives_every_exhibit_with_the_reason(tmp_path: Path) -> None:
    inspector = SshInspector(SshSettings("nobody", None, tmp_path / "absent", 1.0, 1.0))
    problems = {each.problem for each in inspector.inspect(node("gpu-1", ssh=None), None)}
    assert problems == {"gpu-1 has no ssh address; give it one in the site file"}
