"""What a node's user may do as root is what the controller asks for, and nothing else."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from fakes.site import node
from house.sources import ROOT
from servers.process import need
from servers.sudo import USER, GpuNode, gpu_node
from thirdshift_controller.adapters.commands import RESTARTABLE, command_for
from thirdshift_controller.adapters.exhibits import sources_for
from thirdshift_controller.remedies.port import RemedyOrder
from thirdshift_runbooks.page import RemoteAction

SUDOERS = ROOT / "deploy" / "ssh" / "thirdshift.sudoers"
PCI_ADDRESS = "00000000:3b:00.0"
OVER_SSH = (
    RemoteAction.SERVICE_RESTART,
    RemoteAction.GPU_RESET,
    RemoteAction.FABRIC_RESET,
    RemoteAction.DRIVER_RELOAD,
    RemoteAction.REBOOT,
)


@pytest.fixture
def here(tmp_path: Path) -> GpuNode:
    rules = SUDOERS.read_text(encoding="utf-8")
    return gpu_node(tmp_path, re.sub(r"(^|:)thirdshift ", rf"\1{USER} ", rules, flags=re.MULTILINE))


def rung(action: RemoteAction) -> str:
    there = node("gpu-1")
    return command_for(RemedyOrder(there, action, PCI_ADDRESS, 3, "INC-1/1", RESTARTABLE))


def exhibits() -> list[str]:
    sources = {*sources_for(PCI_ADDRESS), *sources_for(None)}
    return sorted(source.command for source in sources)


def allowed() -> list[str]:
    """What the file allows, as sudo itself reads it; without the folders of the commands."""
    command = [need("cvtsudoers"), "--expand-aliases", "--output-format", "json", str(SUDOERS)]
    read = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    (rules,) = json.loads(read)["User_Specs"]
    (specification,) = rules["Cmnd_Specs"]
    return [re.sub("^[/a-z]*/", "", each["command"]) for each in specification["Commands"]]


def test_sudo_takes_the_file() -> None:
    command = [need("visudo"), "--check", "--strict", f"--file={SUDOERS}"]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize("action", OVER_SSH)
def test_every_rung_is_allowed_whole(here: GpuNode, action: RemoteAction) -> None:
    done = here.run(rung(action))
    assert (done.returncode, done.stderr) == (0, "")
    assert here.called


def test_every_exhibit_is_allowed(here: GpuNode) -> None:
    done = here.run(" && ".join(exhibits()))
    assert (done.returncode, done.stderr) == (0, "")
    asked = [command for command in exhibits() if command.startswith("sudo -n ")]
    assert here.called == [command.removeprefix("sudo -n ") for command in asked]


def test_nothing_is_allowed_that_the_controller_never_asks(here: GpuNode) -> None:
    here.run("\n".join([*map(rung, OVER_SSH), *exhibits()]).replace("exit ", ": "))
    called = set(here.called)
    address = re.compile(r"(\[0-9A-F\]|[0-9A-F]){8}\S+$")
    assert {address.sub("ADDRESS", line) for line in called} == {
        address.sub("ADDRESS", line) for line in allowed()
    }


@pytest.mark.parametrize(
    "command",
    [
        "sudo -n sh",
        "sudo -n nvidia-smi --gpu-reset -i 00000000:3B:00.0 -pm 0",
        "sudo -n nvidia-smi --gpu-reset -i '00000000:3B:00.0,00000000:4C:00.0'",
        "sudo -n nvidia-smi -pm 0",
        "sudo -n systemctl restart sshd.service",
        "sudo -n systemctl restart nvidia-dcgm.service sshd.service",
        "sudo -n systemctl stop slurmd.service",
        "sudo -n modprobe -r ext4",
        "sudo -n systemd-run sh",
        "sudo -n journalctl",
        "sudo -n tar --create --directory=/etc shadow",
        "sudo -n nvidia-bug-report.sh --output-file /etc/passwd",
        "sudo -n -u daemon dmesg --time-format iso",
    ],
)
def test_what_is_a_word_off_is_refused(here: GpuNode, command: str) -> None:
    done = here.run(command)
    assert done.returncode == 1
    assert re.search("a password is required|not allowed", done.stderr)
    assert here.called == []
