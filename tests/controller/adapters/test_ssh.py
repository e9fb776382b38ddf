"""The SSH remedy against a real sshd."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from fakes.site import node
from servers.process import need, running, wait_for
from servers.sshd import Sshd, know, new_key, sshd
from thirdshift_controller.adapters.ssh import OUTPUT_KEPT_BYTES, SshRemedy
from thirdshift_controller.adapters.ssh_connection import SshSettings
from thirdshift_controller.remedies.port import (
    RemedyNotStarted,
    RemedyOrder,
    RemedyOutcomeUnknown,
)
from thirdshift_runbooks.page import RemoteAction

RESET = "-n nvidia-smi --gpu-reset -i 00000000:3B:00.0"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Sshd]:
    with sshd(tmp_path) as one:
        yield one


def settings(server: Sshd) -> SshSettings:
    return SshSettings(
        user=server.user,
        key_file=server.key_file,
        known_hosts_file=server.known_hosts_file,
        connect_timeout_seconds=20.0,
        command_timeout_seconds=20.0,
    )


def order(
    ssh: str | None,
    pci_address: str | None = "00000000:3b:00.0",
    action: RemoteAction = RemoteAction.GPU_RESET,
) -> RemedyOrder:
    return RemedyOrder(
        node=node("gpu-1", ssh=ssh),
        action=action,
        pci_address=pci_address,
        gpu_slot=3,
        key="INC-1/1",
    )


def refused(settings: SshSettings, order: RemedyOrder) -> str:
    with pytest.raises(RemedyNotStarted) as refusal:
        SshRemedy(settings).apply(order)
    return str(refusal.value)


def in_doubt(settings: SshSettings, order: RemedyOrder) -> str:
    with pytest.raises(RemedyOutcomeUnknown) as doubt:
        SshRemedy(settings).apply(order)
    return str(doubt.value)


def test_a_reset_runs_the_allowed_command_and_brings_its_output(server: Sshd) -> None:
    server.behave("echo 'GPU 00000000:3B:00.0 was successfully reset.'; echo done >&2")
    result = SshRemedy(settings(server)).apply(order(server.address))
    assert server.acts == [RESET]
    assert result.exit_status == 0
    assert result.output == "GPU 00000000:3B:00.0 was successfully reset.\ndone\n"
    assert result.command.startswith(f"ssh -p {server.port} {server.user}@127.0.0.1 ")
    assert f"\nsudo {RESET} ||" in result.command


def test_a_command_that_fails_is_a_result_with_its_exit_status(server: Sshd) -> None:
    server.behave("echo 'GPU is in use'; exit 19")
    result = SshRemedy(settings(server)).apply(order(server.address))
    assert (result.exit_status, result.output) == (19, "GPU is in use\n")


def test_the_same_order_is_never_sent_twice(server: Sshd) -> None:
    remedy = SshRemedy(settings(server))
    remedy.apply(order(server.address))
    with pytest.raises(RemedyNotStarted, match="INC-1/1 has been sent before"):
        remedy.apply(order(server.address))
    assert server.acts == [RESET]


def test_an_unknown_host_is_refused_with_its_fingerprint_and_the_mend(server: Sshd) -> None:
    server.known_hosts_file.write_text("", encoding="utf-8")
    sentence = refused(settings(server), order(server.address))
    assert f"{server.known_hosts_file} has no line for [127.0.0.1]:{server.port}" in sentence
    assert "ssh-ed25519 SHA256:" in sentence
    assert f"ssh-keyscan -p {server.port} 127.0.0.1 >> {server.known_hosts_file}" in sentence
    assert server.commands == []


def test_a_changed_host_key_is_refused(server: Sshd, tmp_path: Path) -> None:
    know(server.known_hosts_file, server.port, new_key(tmp_path / "old_host_key"))
    sentence = refused(settings(server), order(server.address))
    assert f"[127.0.0.1]:{server.port} shows another key" in sentence
    assert "ssh-keygen -R" in sentence
    assert server.commands == []


def test_a_wrong_key_is_refused_and_named(server: Sshd, tmp_path: Path) -> None:
    new_key(tmp_path / "stranger")
    stranger = replace(settings(server), key_file=tmp_path / "stranger")
    sentence = refused(stranger, order(server.address))
    assert f"refuses {server.user} with {tmp_path / 'stranger'}" in sentence
    assert "authorized_keys" in sentence


@pytest.mark.parametrize("text", [None, "", "-----BEGIN OPENSSH PRIVATE KEY-----\n"])
def test_a_key_file_that_is_none_is_named(tmp_path: Path, server: Sshd, text: str | None) -> None:
    key_file = tmp_path / "broken"
    if text is not None:
        key_file.write_text(text, encoding="utf-8")
    sentence = refused(replace(settings(server), key_file=key_file), order(server.address))
    assert f"{key_file} is not a private key" in sentence


@pytest.mark.parametrize(
    "text", [None, "node-1 ssh-rsa AAAAB3NzaC1yc2EA\n", "@revoked * ssh-rsa x\n"]
)
def test_a_known_hosts_file_that_is_none_is_named(server: Sshd, text: str | None) -> None:
    server.known_hosts_file.unlink()
    if text is not None:
        server.known_hosts_file.write_text(text, encoding="utf-8")
    sentence = refused(settings(server), order(server.address))
    assert f"{server.known_hosts_file} is not a known-hosts file" in sentence


def test_without_a_key_file_the_ssh_agent_is_asked(
    server: Sshd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = tmp_path / "agent"
    monkeypatch.setenv("SSH_AUTH_SOCK", str(door))
    agent_alone = replace(settings(server), key_file=None)
    with running(["ssh-agent", "-D", "-a", str(door)], tmp_path / "agent.log", door.exists):
        subprocess.run([need("ssh-add"), "-q", str(server.key_file)], check=True)
        assert SshRemedy(agent_alone).apply(order(server.address)).exit_status == 0


def test_without_a_key_file_and_an_agent_the_log_in_is_refused(
    server: Sshd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    sentence = refused(replace(settings(server), key_file=None), order(server.address))
    assert "No authentication methods available" in sentence


def test_a_closed_port_is_unreachable(server: Sshd) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        port = deaf.getsockname()[1]
        sentence = refused(settings(server), order(f"127.0.0.1:{port}"))
    assert f"[127.0.0.1]:{port} cannot be reached" in sentence


def test_a_name_that_cannot_be_resolved_is_unreachable(server: Sshd) -> None:
    sentence = refused(settings(server), order("a" * 70 + ".invalid"))
    assert ".invalid cannot be reached" in sentence


def test_a_port_that_stays_silent_is_given_up(server: Sshd) -> None:
    hurried = replace(settings(server), connect_timeout_seconds=0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        sentence = refused(hurried, order(f"127.0.0.1:{silent.getsockname()[1]}"))
    assert "opens no SSH session" in sentence


def test_a_command_without_end_leaves_the_outcome_unknown(server: Sshd) -> None:
    server.hang()
    hurried = replace(settings(server), command_timeout_seconds=1.0)
    sentence = in_doubt(hurried, order(server.address))
    assert sentence == "no end within 1 s"
    wait_for(lambda: server.acts == [RESET], "the command to have begun")


def test_a_connection_that_drops_leaves_the_outcome_unknown(server: Sshd) -> None:
    server.behave("echo resetting; kill -9 $PPID")
    sentence = in_doubt(settings(server), order(server.address))
    assert sentence == "cut off before its end\nresetting"


def test_only_the_end_of_a_huge_output_is_kept(server: Sshd) -> None:
    server.behave("head -c 3000000 /dev/zero | tr '\\0' x; printf 'the end\\377'")
    output = SshRemedy(settings(server)).apply(order(server.address)).output
    assert output.startswith(f"[{3000008 - OUTPUT_KEPT_BYTES} bytes before this]\nxxx")
    assert output.endswith("xthe end\N{REPLACEMENT CHARACTER}")
    assert len(output) < OUTPUT_KEPT_BYTES + 100


@pytest.mark.parametrize(
    "pci_address",
    [
        None,
        "",
        "00000000:3b:00.0; reboot",
        "$(reboot)",
        "00000000:3b:00.0\n",
        "00000000:3b:00.0 -i 00000000:4c:00.0",
        "--help",
        "3b:00.0",
        "00000000:3b:00.8",
        "0000000\N{FULLWIDTH DIGIT ZERO}:3b:00.0",
    ],
)
def test_what_is_no_pci_address_is_refused_before_any_connection(
    tmp_path: Path, pci_address: str | None
) -> None:
    nowhere = SshSettings("nobody", None, tmp_path / "absent", 1.0, 1.0)
    sentence = refused(nowhere, order("127.0.0.1:1", pci_address))
    assert "is not a PCI address" in sentence
    described = SshRemedy(nowhere).describe(order("127.0.0.1:1", pci_address))
    assert described == f"nothing: {sentence}"


def test_a_node_without_an_address_is_refused(tmp_path: Path) -> None:
    nowhere = SshSettings("nobody", None, tmp_path / "absent", 1.0, 1.0)
    assert "gpu-1 has no ssh address" in refused(nowhere, order(None))
