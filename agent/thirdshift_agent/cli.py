"""The command line of `thirdshift-agent`: what can be asked for, and what a refusal looks like."""

from __future__ import annotations

import argparse
import platform
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from thirdshift_agent import commands
from thirdshift_agent.page.textfile import SUFFIX
from thirdshift_agent.serving.maintenance_routes import LONGEST_SECONDS
from thirdshift_agent.version import VERSION

STATE = Path("/var/lib/thirdshift-agent")
INTERRUPTED = 130
"""The exit status that shells give to what Ctrl-C ended."""
_REFUSED, _UNKNOWN = 2, 3
"""What monitoring would take for broken is said of no node that was not looked at."""
_DURATION = re.compile(r"(?P<count>\d{1,6})(?P<unit>[smhd])")
_LEAST_SECONDS = 1.0
_UNIT_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
_LAST_PORT = 65535
_ADDRESS = re.compile(r"(?:\[(?P<v6>[0-9a-fA-F:.]+)\]|(?P<host>[^:\s]+)):(?P<port>\d{1,5})")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status: after one sentence, `refused` where it cannot be."""
    asked = _parser().parse_args(arguments)
    try:
        status: int = asked.command(asked)
    except commands.REFUSALS as error:
        sys.stderr.write(f"thirdshift-agent: {error}\n")
        refused: int = asked.refused
        return refused
    except KeyboardInterrupt:
        return INTERRUPTED
    return status


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen."""

    host: str
    port: int


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Say what is wrong in one sentence, without the whole usage before it."""
        status = self.get_default("refused") or _REFUSED
        self.exit(status, f"{self.prog}: {message}; {self.prog} --help tells what there is\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="thirdshift-agent",
        description="Watches a node's GPUs, keeps a journal of what happens to them, serves both.",
    )
    parser.set_defaults(refused=_REFUSED)
    parser.add_argument("--version", action="version", version=VERSION)
    kinds = parser.add_subparsers(required=True, metavar="COMMAND")
    _run(kinds.add_parser("run", help="watch this node and serve it until stopped"))
    _check(
        kinds.add_parser(
            "check", help="test this node; exit 0 well, 1 warning, 2 broken, 3 unknown"
        )
    )
    _release(kinds.add_parser("release", help="have the agent here let go of the driver"))
    _resume(kinds.add_parser("resume", help="have the agent here ask the driver again"))
    _inject(kinds.add_parser("inject", help="break a simulated GPU on purpose"))
    _simulate(kinds.add_parser("simulate", help="serve many nodes whose GPUs are simulated"))
    return parser


def _run(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(command=commands.run)
    _serving(parser, "0.0.0.0:9400")
    _driver(parser)
    parser.add_argument("--node", default=platform.node(), help="its name; else the host's")
    parser.add_argument(
        "--kmsg",
        type=Path,
        metavar="PATH",
        help="kernel log; else /dev/kmsg, and none with --backend simulated",
    )
    parser.add_argument(
        "--last-check", type=Path, metavar="FILE", help="show the verdict that `check --out` keeps"
    )
    parser.add_argument(
        "--textfile", type=_prom, metavar="PATH.prom", help="write the page for node_exporter too"
    )
    parser.add_argument(
        "--dcgm-names",
        action="store_true",
        help="say it in dcgm-exporter's names as well, for dashboards that exist",
    )
    parser.add_argument(
        "--activity",
        action="store_true",
        help="read how busy tensor cores, memory and links are; Hopper and later",
    )


def _check(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(command=commands.check, refused=_UNKNOWN)
    _driver(parser)
    parser.add_argument(
        "--state-dir", type=Path, metavar="DIR", help="of the agent here, to miss what it knew"
    )
    parser.add_argument("--json", action="store_true", help="print the verdict as JSON")
    parser.add_argument(
        "--level",
        type=int,
        choices=(1, 2, 3),
        default=1,
        help="1 looks, 2 tests the idle node for minutes, 3 for up to an hour or two",
    )
    parser.add_argument(
        "--force", action="store_true", help="test a node that is in use, or broken already"
    )
    parser.add_argument(
        "--timeout", type=_long_span, metavar="SECONDS", help="end the tests after so long"
    )
    parser.add_argument(
        "--floors", type=Path, metavar="FILE", help="what each model reaches at least, in TOML"
    )
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="keep the verdict there too, for the daemon"
    )


def _release(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "The agent lets go of the driver, so that it can be reset, unloaded or exchanged. "
        "Exit 0: released; 1: it cannot, a call hangs; 2: no agent runs here."
    )
    parser.set_defaults(command=commands.release)
    parser.add_argument("--reason", required=True, metavar="TEXT", help="what every reader is told")
    parser.add_argument(
        "--for",
        dest="seconds",
        type=_duration,
        default="1h",
        metavar="TIME",
        help="such as 90s, 30m, 2d; else 1h",
    )
    _state_dir(parser)


def _resume(parser: argparse.ArgumentParser) -> None:
    parser.description = "The agent asks the driver again. Exit 2: no agent runs here."
    parser.set_defaults(command=commands.resume)
    _state_dir(parser)


def _inject(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Breaks a GPU of the simulated agent here; with --nvml-control, what a stand-in for the "
        "driver's library says of one. Real GPUs are left alone."
    )
    parser.set_defaults(command=commands.inject)
    parser.add_argument("fault", nargs="?", metavar="FAULT", help="a name of --list")
    parser.add_argument("--list", action="store_true", help="name the faults that there are")
    parser.add_argument("--slot", type=_slot, default=0, metavar="N", help="which GPU, from 0")
    parser.add_argument("--repair", action="store_true", help="mend the GPU instead")
    parser.add_argument(
        "--nvml-control", type=Path, metavar="FILE", help="table of a stand-in library"
    )
    parser.add_argument(
        "--kmsg", type=Path, metavar="FILE", help="with --nvml-control: log that is written to"
    )
    _state_dir(parser)


def _simulate(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(command=commands.simulate)
    _serving(parser, "127.0.0.1:9400")
    parser.add_argument(
        "--nodes-file", type=Path, required=True, metavar="FILE", help="node names, one a line"
    )
    parser.add_argument("--gpus", type=_count, default=8, metavar="N", help="a node's GPUs; else 8")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="another seed, other luck")
    parser.add_argument(
        "--faults-per-gpu-day", type=_amount, default=0.0, metavar="RATE", help="on average"
    )


def _serving(parser: argparse.ArgumentParser, listen: str) -> None:
    parser.add_argument(
        "--listen",
        type=_address,
        default=listen,
        metavar="HOST:PORT",
        help=f"where readers come; else {listen}",
    )
    _locks(parser)
    _state_dir(parser)
    parser.add_argument(
        "--interval",
        type=_span,
        default=5.0,
        metavar="SECONDS",
        help="between two samples; else 5",
    )
    parser.add_argument("--script", type=Path, metavar="FILE", help="faults to simulate, in TOML")


def _state_dir(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--state-dir", type=Path, default=STATE, metavar="DIR", help=f"the agent's; else {STATE}"
    )


def _locks(parser: argparse.ArgumentParser) -> None:
    """Who may come in. The files may be exchanged while the agent runs."""
    locks = parser.add_argument_group("locks", "files may be exchanged while the agent runs")
    locks.add_argument("--tls-cert", type=Path, metavar="FILE", help="speak TLS; PEM, with chain")
    locks.add_argument("--tls-key", type=Path, metavar="FILE", help="of the certificate; PEM")
    locks.add_argument(
        "--client-ca", type=Path, metavar="FILE", help="serve only clients that it certified; PEM"
    )
    locks.add_argument(
        "--token-file",
        type=Path,
        metavar="FILE",
        help="bearer tokens, one a line; /healthz stays open to everybody",
    )


def _driver(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--host-root",
        type=Path,
        metavar="DIR",
        help="where sys, proc, dev, etc and var/log are; else /, none with --backend simulated",
    )
    parser.add_argument(
        "--backend",
        choices=("nvml", "simulated"),
        default="nvml",
        help="the driver's library, or GPUs that are not there; else nvml",
    )
    parser.add_argument(
        "--gpus", type=_count, default=8, metavar="N", help="simulated GPUs; else 8"
    )
    parser.add_argument(
        "--gpus-expected",
        type=_count,
        metavar="N",
        help="how many there should be; else as many as were seen",
    )


def _address(text: str) -> Address:
    shape = _ADDRESS.fullmatch(text)
    if shape is None or int(shape["port"]) > _LAST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r}: write it as HOST:PORT, such as 0.0.0.0:9400")
    return Address(shape["v6"] or shape["host"], int(shape["port"]))


def _count(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= 32):
        raise argparse.ArgumentTypeError(f"{text!r}: give a number from 1 to 32")
    return int(text)


def _slot(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text) < 64):
        raise argparse.ArgumentTypeError(f"{text!r}: give a slot from 0 to 63")
    return int(text)


def _span(text: str) -> float:
    return _number(text, 0.05, 3600.0, "seconds from 0.05 to 3600")


def _duration(text: str) -> float:
    shape = _DURATION.fullmatch(text)
    if shape is None:
        raise argparse.ArgumentTypeError(f"{text!r}: write it as 90s, 30m, 1h or 2d")
    seconds = float(shape["count"]) * _UNIT_SECONDS[shape["unit"]]
    if not _LEAST_SECONDS <= seconds <= LONGEST_SECONDS:
        raise argparse.ArgumentTypeError(f"{text!r}: give a time from 1s to 30d")
    return seconds


def _prom(text: str) -> Path:
    path = Path(text)
    if path.suffix != SUFFIX:
        raise argparse.ArgumentTypeError(f"{text!r}: node_exporter reads files that end in .prom")
    return path


def _long_span(text: str) -> float:
    return _number(text, 1.0, 86400.0, "seconds from 1 to 86400")


def _amount(text: str) -> float:
    return _number(text, 0.0, 1e6, "a number, 0 or more")


def _number(text: str, least: float, most: float, remedy: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not least <= number <= most:
        raise argparse.ArgumentTypeError(f"{text!r}: give {remedy}")
    return number
