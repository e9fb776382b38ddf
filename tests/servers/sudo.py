"""Real `sudo` on a machine that looks like a GPU node: its commands are stand-ins. Needs root.

All of it is in a mount namespace that ends with the command; the machine itself is not touched.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from servers.process import need

USER = "nobody"
COMMANDS = (
    "bin/dmesg", "bin/grep", "bin/journalctl", "bin/lspci", "bin/nvidia-bug-report.sh",
    "bin/nvidia-smi", "bin/systemctl", "bin/systemd-run", "bin/tar", "sbin/dmidecode",
    "sbin/modprobe",
)  # fmt: skip
"""Beneath `/usr`. Each succeeds; what root called is written down."""
STAND_IN = """\
#!/bin/sh
test "$(id -u)" -ne 0 || echo "${{0##*/}} $*" >> {folder}/called
"""
NODE = """\
set -e
mount -t tmpfs none {folder}/usr
mkdir {folder}/usr/upper {folder}/usr/work
cp -r {folder}/upper/. {folder}/usr/upper
mount -t overlay none -o lowerdir=/usr,upperdir={folder}/usr/upper,workdir={folder}/usr/work /usr
mount --bind {folder}/opt /opt
mount --bind {folder}/sudoers /etc/sudoers
exec setpriv --reuid={user} --regid=nogroup --clear-groups sh -c "$1"
"""


@dataclass(frozen=True, slots=True)
class GpuNode:
    """A node whose `/etc/sudoers` is ours."""

    folder: Path

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        """Run a line of shell as the node's user."""
        script = NODE.format(folder=self.folder, user=USER)
        return subprocess.run(
            [need("unshare"), "--mount", "sh", "-c", script, "sh", command],
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def called(self) -> list[str]:
        """What root was made to call, a line a call."""
        recorded = self.folder / "called"
        return recorded.read_text(encoding="utf-8").splitlines() if recorded.exists() else []


def gpu_node(folder: Path, sudoers: str) -> GpuNode:
    """A node whose rules are these."""
    if os.geteuid() != 0:
        pytest.fail("mount namespaces need root; run the tests as root")
    need("sudo")
    (folder / "usr").mkdir()
    for command in COMMANDS:
        _stand_in(folder, folder / "upper" / command)
    _stand_in(folder, folder / "opt" / "thirdshift" / "bin" / "thirdshift-agent")
    rules = folder / "sudoers"
    rules.write_text(sudoers, encoding="utf-8")
    rules.chmod(0o440)
    return GpuNode(folder)


def _stand_in(folder: Path, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(STAND_IN.format(folder=folder), encoding="utf-8")
    path.chmod(0o755)
