"""A node to log in to: a real sshd with a key of its own and a `sudo` that does as it is told."""

from __future__ import annotations

import getpass
import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from servers.ports import free_port
from servers.process import need, running

CONFIG = """\
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host_key
PidFile {folder}/sshd.pid
AuthorizedKeysFile {folder}/key.pub
SetEnv PATH={folder}/bin:/usr/bin:/bin
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
UsePAM no
StrictModes no
"""
SUDO = """\
#!/bin/sh
printf '%s\\n' "$*" >> {folder}/commands
. {folder}/behaviour
"""


@dataclass(frozen=True, slots=True)
class Sshd:
    """A running node and what it takes to log in."""

    folder: Path
    port: int
    user: str

    @property
    def address(self) -> str:
        """`host:port` for the site file."""
        return f"127.0.0.1:{self.port}"

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

    def behave(self, script: str) -> None:
        """Let `sudo` do this from now on: lines of `sh`."""
        (self.folder / "behaviour").write_text(f"{script}\n", encoding="utf-8")

    def hang(self) -> None:
        """Let `sudo` not come to an end before this server does."""
        self.behave(f"while test -e {self.folder / 'up'}; do sleep 0.1; done")


@contextmanager
def sshd(folder: Path) -> Iterator[Sshd]:
    """Run one in a folder until the block ends. At first its `sudo` succeeds without a word."""
    node = Sshd(folder, free_port(), getpass.getuser())
    host_key = new_key(folder / "host_key")
    new_key(node.key_file)
    know(node.known_hosts_file, node.port, host_key)
    config = folder / "sshd_config"
    config.write_text(CONFIG.format(port=node.port, folder=folder), encoding="utf-8")
    _install_sudo(folder)
    node.behave("exit 0")
    (folder / "up").touch()
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    try:
        command = ["sshd", "-D", "-e", "-f", str(config)]
        with running(command, folder / "sshd.log", lambda: _greets(node.port)):
            yield node
    finally:
        (folder / "up").unlink()


def new_key(path: Path) -> str:
    """Make a key pair; returns the public half as one line."""
    command = [need("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(path)]
    subprocess.run(command, check=True)
    return path.with_name(f"{path.name}.pub").read_text(encoding="utf-8").strip()


def know(file: Path, port: int, public_key: str) -> None:
    """Write a known-hosts file that trusts one key for a port of the loopback."""
    file.write_text(f"[127.0.0.1]:{port} {public_key}\n", encoding="utf-8")


def _install_sudo(folder: Path) -> None:
    sudo = folder / "bin" / "sudo"
    sudo.parent.mkdir()
    sudo.write_text(SUDO.format(folder=folder), encoding="utf-8")
    sudo.chmod(0o755)


def _greets(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1.0) as connection:
            return connection.recv(8).startswith(b"SSH-2.0")
    except OSError:
        return False
