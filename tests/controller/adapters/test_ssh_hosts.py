"""The SSH remedy and hosts whose cable is pulled: nobody is told, nothing comes back."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from fakes.site import node
from servers.namespaces import Host, host
from servers.process import wait_for
from servers.sshd import Sshd, sshd
from thirdshift_controller.adapters.exhibits import Source, sources_for
from thirdshift_controller.adapters.ssh import SshRemedy
from thirdshift_controller.adapters.ssh_connection import SshSettings
from thirdshift_controller.adapters.ssh_evidence import SshInspector
from thirdshift_controller.remedies.port import (
    RemedyNotStarted,
    RemedyOrder,
    RemedyOutcomeUnknown,
)
from thirdshift_runbooks.page import RemoteAction


def hurried(pci_address: str | None) -> list[Source]:
    return [replace(source, seconds=2.0) for source in sources_for(pci_address)]


@dataclass(frozen=True, slots=True)
class Server:
    """A host with an sshd."""

    host: Host
    sshd: Sshd

    def settings(self, command_seconds: float = 30.0) -> SshSettings:
        known_hosts, key = self.sshd.known_hosts_file, self.sshd.key_file
        return SshSettings(self.sshd.user, key, known_hosts, 1.0, command_seconds)

    def order(self, key: str) -> RemedyOrder:
        there = node("gpu-1", ssh=self.sshd.address)
        return RemedyOrder(there, RemoteAction.REBOOT, None, None, key)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with host() as its, sshd(tmp_path, its.address, its.within) as running:
        yield Server(its, running)


def test_a_host_without_its_cable_is_unreachable_and_may_be_tried_again(server: Server) -> None:
    remedy, order = SshRemedy(server.settings()), server.order("INC-1/1")
    server.host.pull_the_cable()
    for _ in range(2):
        with pytest.raises(RemedyNotStarted, match="cannot be reached"):
            remedy.apply(order)
    assert server.sshd.commands == []


def test_a_cable_pulled_under_a_command_leaves_the_outcome_unknown(server: Server) -> None:
    server.sshd.hang()
    remedy, order = SshRemedy(server.settings(3.0)), server.order("INC-1/1")
    with ThreadPoolExecutor(1) as executor:
        attempt = executor.submit(remedy.apply, order)
        wait_for(lambda: server.sshd.commands, "the command on the node")
        server.host.pull_the_cable()
        with pytest.raises(RemedyOutcomeUnknown, match="no end within 3 s"):
            attempt.result()
    with pytest.raises(RemedyNotStarted, match="sent before"):
        remedy.apply(order)


def test_hosts_are_told_apart_by_their_keys(server: Server, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    with host() as its, sshd(other, its.address, its.within) as stranger:
        order = replace(server.order("INC-1/1"), node=node("gpu-2", ssh=stranger.address))
        with pytest.raises(RemedyNotStarted, match=f"no line for \\[{its.address}\\]"):
            SshRemedy(server.settings()).apply(order)
        assert stranger.commands == []


def test_a_node_that_falls_silent_under_the_look_is_asked_no_more(server: Server) -> None:
    server.sshd.show(server.sshd.endless)
    inspector = SshInspector(server.settings(), hurried)
    looks = inspector.inspect(node("gpu-1", ssh=server.sshd.address), "00000000:3b:00.0")
    with ThreadPoolExecutor(1) as executor:
        first = executor.submit(next, looks)
        wait_for(lambda: server.sshd.commands, "the first command on the node")
        server.host.pull_the_cable()
        exhibit = first.result()
    assert (exhibit.content, exhibit.problem) == (None, "no end within 2 s")
    rest = list(looks)
    assert len(rest) > 5
    assert {one.content for one in rest} == {None}
    assert all("cannot be reached" in str(one.problem) for one in rest)
    assert len(server.sshd.commands) == 1
