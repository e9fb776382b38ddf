"""A node's BMC that speaks IPMI: OpenIPMI's simulator with a chassis, sensors and a log.

`docs` of ipmi_sim say nothing of `chassis_control`; with the documented `startcmd` a power-off
fails. The sensors are described by the byte lists of `ipmi_records.py`.
"""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from servers.ipmi_records import DISCRETE, SENSORS, emulator
from servers.ports import free_ports
from servers.process import need, running

LAN = """\
name "bmc"
set_working_mc 0x20
  startlan 1
    addr 127.0.0.1 {port}
    priv_limit admin
    allowed_auths_callback none md2 md5 straight
    allowed_auths_user none md2 md5 straight
    allowed_auths_operator none md2 md5 straight
    allowed_auths_admin none md2 md5 straight
    guid a123456789abcdefa123456789abcdef
  endlan
  chassis_control "{folder}/chassis 0x20"
  user 1 false "" "test" user 10 none md2 md5 straight
  user 2 true "{user}" "{password}" admin 10 none md2 md5 straight
  console 127.0.0.1 {console}
"""
CHASSIS = """\
#!/bin/sh
# Called as: chassis 0x20 get power | set power 0
cd {folder} || exit 1
shift
echo "$*" >> deeds
case "$1 $2" in
"get power")
    test "$(cat power)" != rising || {{ echo power:0; echo 1 > power; exit 0; }}
    echo "power:$(cat power)" ;;
"set power")
    test "$3" = 0 || test "$(cat power)" = 1 && echo "$3" > power || echo rising > power
    test "$3" = 0 || . ./starting >> started 2>&1 ;;
esac
"""
USER, PASSWORD = "admin", "secret"


@dataclass(frozen=True, slots=True)
class IpmiBmc:
    """A running one and what a test turns."""

    folder: Path
    port: int
    console: socket.socket

    @property
    def url(self) -> str:
        """For the site file."""
        return f"ipmi://127.0.0.1:{self.port}"

    @property
    def deeds(self) -> list[str]:
        """What was asked of the chassis: `set power 0` and the like."""
        asked = (self.folder / "deeds").read_text(encoding="utf-8").splitlines()
        return [deed for deed in asked if deed.startswith("set")]

    def on_start(self, script: str) -> None:
        """Let the node do this when its power comes: lines of `sh`."""
        (self.folder / "starting").write_text(f"{script}\n", encoding="utf-8")

    def show(self, sensor: str, raw: int) -> None:
        """Let a sensor read this raw value from its next poll on."""
        _show(self.folder, sensor, raw)

    def state(self, sensor: str, bit: int, is_set: bool) -> None:
        """Set or clear one state of a discrete sensor, and log the event.

        Over one connection: the simulator does not survive the closing of several.
        """
        number = DISCRETE[sensor].number
        self.console.sendall(f"sensor_set_bit 0x20 0 {number} {bit} {int(is_set)} 1\r\n".encode())
        _read_prompt(self.console)


@contextmanager
def ipmi_bmc(folder: Path) -> Iterator[IpmiBmc]:
    """Run one in a folder until the block ends. Its node is on and its clock is right."""
    folder.mkdir(parents=True, exist_ok=True)
    port, console_port = free_ports(2)
    _write(folder, port, console_port)
    files = zip("cfs", ("lan.conf", "bmc.emu", "state"), strict=True)
    options = [word for letter, name in files for word in (f"-{letter}", str(folder / name))]
    with running(["ipmi_sim", *options, "-n"], folder / "log", lambda: _answers(port)):
        ipmitool(port, "sel", "time", "set", "now")
        ipmitool(port, "sel", "clear")
        with socket.create_connection(("127.0.0.1", console_port), timeout=10.0) as console:
            _read_prompt(console)
            yield IpmiBmc(folder, port, console)


def ipmitool(port: int, *words: str) -> str:
    """What the real `ipmitool` prints when it asks the BMC on a port."""
    where = ["-H", "127.0.0.1", "-p", str(port), "-U", USER, "-E"]
    command = [need("ipmitool"), "-I", "lanplus", "-C", "3", "-N", "1", "-R", "1", *where]
    environment = {**os.environ, "IPMI_PASSWORD": PASSWORD}
    return subprocess.run(
        [*command, *words], env=environment, capture_output=True, text=True
    ).stdout


def _answers(port: int) -> bool:
    """Whether it is up, and has polled its sensors once."""
    return "24 degrees" in ipmitool(port, "sdr", "elist")


def _read_prompt(console: socket.socket) -> None:
    heard = b""
    while not heard.endswith(b"> "):
        heard += console.recv(1024)


def _show(folder: Path, sensor: str, raw: int) -> None:
    (folder / f"sensor-{SENSORS[sensor].number}").write_text(str(raw), encoding="utf-8")


def _write(folder: Path, port: int, console_port: int) -> None:
    """Everything that the simulator reads."""
    (folder / "state").mkdir()
    (folder / "power").write_text("1\n", encoding="utf-8")
    (folder / "deeds").touch()
    (folder / "starting").touch()
    lan = LAN.format(port=port, console=console_port, folder=folder, user=USER, password=PASSWORD)
    (folder / "lan.conf").write_text(lan, encoding="utf-8")
    (folder / "bmc.emu").write_text(emulator(folder), encoding="utf-8")
    for name, sensor in SENSORS.items():
        _show(folder, name, sensor.raw)
    chassis = folder / "chassis"
    chassis.write_text(CHASSIS.format(folder=folder), encoding="utf-8")
    chassis.chmod(0o755)
