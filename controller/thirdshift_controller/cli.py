"""The controller's commands. Heavy imports wait until their command is asked for."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from thirdshift_agent import logs
from thirdshift_agent.clock import ClockError, clock_from
from thirdshift_controller.commands.prices import add_prices
from thirdshift_controller.commands.report import add_report
from thirdshift_controller.commands.runbook import add_runbook
from thirdshift_controller.errors import RefusedError
from thirdshift_runbooks.errors import RunbookError

if TYPE_CHECKING:
    from thirdshift_controller.config import ControllerFile

DESCRIPTION = "From signals to incidents, hands, proof and the month's bill."


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status: 0 done, 1 failed, 2 asked wrongly."""
    options = _parser().parse_args(arguments)
    try:
        status: int = options.run(options)
    except ModuleNotFoundError as error:
        return _refuse(f"{error.name} is missing; mend it: pip install 'thirdshift[controller]'")
    except (ClockError, RefusedError) as error:
        return _refuse(str(error))
    return status


def run() -> None:
    """The console script."""
    sys.exit(main())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("thirdshift-controller", description=DESCRIPTION)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    serve = commands.add_parser("serve", help="run the controller of a site")
    serve.add_argument("--config", type=Path, required=True, metavar="FILE")
    serve.add_argument("--listen", metavar="HOST:PORT")
    serve.add_argument("--database", metavar="URL")
    serve.set_defaults(run=_serve)

    add_report(commands)
    add_runbook(commands)
    add_prices(commands)
    evidence = commands.add_parser("evidence", help="copy an incident's newest evidence pack")
    evidence.add_argument("incident", metavar="INC-N")
    evidence.add_argument("--config", type=Path, required=True, metavar="FILE")
    evidence.add_argument("--out", type=Path, metavar="FILE", help="else INC-N.tar.gz here")
    evidence.set_defaults(run=_evidence, listen=None, database=None)

    demo = commands.add_parser("demo", help="a simulated site of 240 nodes on a fast clock")
    demo.add_argument("--dir", type=Path, metavar="DIR", help="emptied first; default: a new one")
    demo.add_argument("--headless", action="store_true", help="tell one fault's way and exit")
    demo.add_argument("--days", type=float, default=0.0, help="run on for so long, headless")
    demo.set_defaults(run=_demo)
    return parser


def _serve(options: argparse.Namespace) -> int:
    from thirdshift_agent.credential_files import CredentialError
    from thirdshift_controller.config import ConfigError
    from thirdshift_controller.serve import serve
    from thirdshift_controller.store.errors import StoreError

    logs.log_to_stderr()
    try:
        serve(_config(options), clock_from(os.environ))
    except (ConfigError, CredentialError, RunbookError, StoreError) as error:
        return _refuse(str(error))
    return 0


def _evidence(options: argparse.Namespace) -> int:
    from thirdshift_controller.api.common import number_of
    from thirdshift_controller.bootstrap import lay_foundation
    from thirdshift_controller.config import ConfigError
    from thirdshift_controller.remedies.shelf import Shelf
    from thirdshift_controller.store.errors import StoreError

    try:
        with ExitStack() as closing:
            base = lay_foundation(_config(options), clock_from(os.environ), closing)
            shelf = Shelf(base.store, base.config.evidence.folder)
            pack = shelf.newest(number_of(options.incident, "INC"))
        copied = shutil.copyfile(pack, options.out or Path(pack.name))
    except (ConfigError, RunbookError, StoreError, OSError) as error:
        return _refuse(str(error))
    sys.stdout.write(f"{copied}\n")
    return 0


def _demo(options: argparse.Namespace) -> int:
    from thirdshift_controller.demo.command import run_demo
    from thirdshift_controller.demo.plan import DemoPlan

    folder = options.dir or Path(tempfile.mkdtemp(prefix="thirdshift-demo-"))
    interactive = sys.stdin.isatty() and sys.stdout.isatty() and not options.headless
    return run_demo(DemoPlan(), folder, interactive, options.days)


def _config(options: argparse.Namespace) -> ControllerFile:
    from thirdshift_controller.config import load_controller

    return load_controller(options.config, os.environ, options.database, options.listen)


def _refuse(sentence: str) -> int:
    sys.stderr.write(f"thirdshift-controller: {sentence}\n")
    return 2
