"""A node to log in to: a real sshd with a key of its own, and commands that do as they are told.

What stands around a remedy, so that nothing holds the driver, and what evidence is fetched with are
recorded like the remedy itself.
"""

from __future__ import annotations

import getpass
import os
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from servers.ports import free_port
from servers.process import need, running

CONFIG = """\
Port {port}
ListenAddress {host}
HostKey {folder}/host_key
PidFile {folder}/sshd.pid
AuthorizedKeysFile {folder}/key.pub
SetEnv PATH={folder}/bin:/usr/bin:/bin
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
UsePAM no
StrictModes no
Subsystem sftp internal-sftp
"""
SUDO = """\
printf '%s\\n' "$*" >> {folder}/commands
case "$*" in
"-n thirdshift-agent "* | "-n systemctl st"*) . {folder}/making_way ;;
{looks}) . {folder}/showing ;;
esac
. {folder}/behaviour
"""

_MAKE_WAY = ("-n thirdshift-agent ", "-n systemctl st")
_LOOKS = tuple(
    f"-n {program}"
    for program in ("dmesg", "dmidecode", "journalctl", "lspci", "nvidia-bug-report.sh", "tar")
)


@dataclass(frozen=True, slots=True)
class Sshd:
    """A running node and what it takes to log in."""

    folder: Path
    port: int
    user: str
    host: str

    @property
    def address(self) -> str:
        """`host:port` for the site file."""
        return f"{self.host}:{self.port}"

    @property
    def key_file(self) -> Path:
        """The private key that opens it."""
        return self.folder / "key"

    @property
    def known_hosts_file(self) -> Path:
        """The file that knows its host key."""
        return self.folder / "known_hosts"

    @property
    def commands(self) -> list[str]:
        """The arguments that `sudo` was called with, a line a call."""
        recorded = self.folder / "commands"
        return recorded.read_text(encoding="utf-8").splitlines() if recorded.exists() else []

    @property
    def acts(self) -> list[str]:
        """The same without those that only keep the driver free, or only look."""
        return [line for line in self.commands if not line.startswith(_MAKE_WAY + _LOOKS)]

    def behave(self, script: str) -> None:
        """Let `sudo` do this from now on: lines of `sh`."""
        (self.folder / "behaviour").write_text(f"{script}\n", encoding="utf-8")

    def make_way(self, script: str) -> None:
        """Let `sudo` do this where it stops and starts what holds the driver."""
        (self.folder / "making_way").write_text(f"{script}\n", encoding="utf-8")

    def show(self, script: str) -> None:
        """Let `sudo` do this where evidence is fetched."""
        (self.folder / "showing").write_text(f"{script}\n", encoding="utf-8")

    def program(self, name: str, script: str) -> None:
        """Put a command before those that the machine has."""
        path = self.folder / "bin" / name
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)

    @property
    def endless(self) -> str:
        """A script that does not come to an end before this server does."""
        return f"while test -e {self.folder / 'up'}; do sleep 0.1; done"

    def hang(self) -> None:
        """Let the remedy not come to an end."""
        self.behave(self.endless)


@contextmanager
def sshd(folder: Path, host: str = "127.0.0.1", within: Sequence[str] = ()) -> Iterator[Sshd]:
    """Run one in a folder until the block ends, on one of the machine's addresses.

    `within` is a command that runs another where that address is. At first `sudo` succeeds without
    a word, and no unit of systemd's is running.
    """
    node = Sshd(folder, free_port(), getpass.getuser(), host)
    host_key = new_key(folder / "host_key")
    new_key(node.key_file)
    know(node.known_hosts_file, node.port, host_key, host)
    config = folder / "sshd_config"
    config.write_text(CONFIG.format(port=node.port, host=host, folder=folder), encoding="utf-8")
    (folder / "bin").mkdir()
    looks = " | ".join(f'"{look}"*' for look in _LOOKS)
    node.program("sudo", SUDO.format(folder=folder, looks=looks))
    node.program("systemctl", "exit 3")
    node.behave("exit 0")
    node.make_way("exit 0")
    node.show("exit 0")
    (folder / "up").touch()
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    try:
        command = [*within, need("sshd"), "-D", "-e", "-f", str(config)]
        with running(command, folder / "sshd.log", lambda: _greets(host, node.port)):
            yield node
    finally:
        (folder / "up").unlink()


def new_key(path: Path) -> str:
    """Make a key pair; returns the public half as one line."""
    command = [need("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(path)]
    subprocess.run(command, check=True)
    return path.with_name(f"{path.name}.pub").read_text(encoding="utf-8").strip()


def know(file: Path, port: int, public_key: str, host: str = "127.0.0.1") -> None:
    """Write a known-hosts file that trusts one key for a port of a host."""
    file.write_text(f"[{host}]:{port} {public_key}\n", encoding="utf-8")


def _greets(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=1.0) as connection:
            return connection.recv(8).startswith(b"SSH-2.0")
    except OSError:
        return False
