"""`thirdshift-controller runbook`: reads and checks the fault catalogue. It needs no database.

runbook show ID           a page: for a terminal as it is meant to look, else as Markdown
runbook which SIGNAL      the page that answers to a signal; 1 where none does
runbook list              every page by class
runbook lint [FOLDER]     every problem of a site's own pages; 1 where there is one
"""

from __future__ import annotations

import argparse
import os
import sys
from difflib import get_close_matches
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from thirdshift_agent.clock import clock_from
from thirdshift_controller.commands.runbook_text import answer, contents, no_answer
from thirdshift_controller.errors import NotFoundError, RefusedError
from thirdshift_runbooks.catalogue import Catalogue, load
from thirdshift_runbooks.errors import RunbookError
from thirdshift_runbooks.handout import handout
from thirdshift_runbooks.rules import is_signal, kebab

if TYPE_CHECKING:
    from argparse import _SubParsersAction

SHOW = "thirdshift-controller runbook show"


def add_runbook(commands: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `runbook` with its own commands."""
    runbook = commands.add_parser("runbook", help="read and check the fault catalogue")
    verbs = runbook.add_subparsers(required=True, metavar="COMMAND")
    show = verbs.add_parser("show", help="read a page")
    show.add_argument("page", metavar="ID", help="its id, or the name of its alert")
    which = verbs.add_parser("which", help="say which page answers to a signal")
    which.add_argument("signal", type=_signal, metavar="SIGNAL", help="such as xid:79")
    listed = verbs.add_parser("list", help="name every page, by class")
    lint = verbs.add_parser("lint", help="check a site's own pages")
    places = lint.add_mutually_exclusive_group()
    places.add_argument("folder", type=Path, nargs="?", metavar="FOLDER")
    for verb, run in ((show, _show), (which, _which), (listed, _list), (lint, _lint)):
        (places if verb is lint else verb).add_argument(
            "--config", type=Path, metavar="FILE", help="with the own pages that this file names"
        )
        verb.set_defaults(run=run)


def _signal(text: str) -> str:
    if not is_signal(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no signal; write one such as xid:79")
    return text


def _show(options: argparse.Namespace) -> int:
    catalogue = _catalogue(options)
    wanted = kebab(options.page)
    page = catalogue.page(wanted)
    if page.id != wanted:
        raise NotFoundError(f"there is no page {options.page!r}; {_hint(options.page, catalogue)}")
    _write(handout(page))
    return 0


def _hint(asked: str, catalogue: Catalogue) -> str:
    if is_signal(asked):
        return f"`runbook which {asked}` names the one that answers to that signal"
    near = get_close_matches(kebab(asked), [one.id for one in catalogue.pages], n=1)
    return f"did you mean {near[0]!r}?" if near else "`runbook list` names them all"


def _which(options: argparse.Namespace) -> int:
    catalogue = _catalogue(options)
    page = catalogue.for_signal(options.signal)
    if page is catalogue.unknown:
        sys.stdout.write(no_answer(options.signal, page))
        return 1
    config = f" --config {options.config}" if options.config else ""
    sys.stdout.write(answer(options.signal, page, f"{SHOW} {page.id}{config}"))
    return 0


def _list(options: argparse.Namespace) -> int:
    sys.stdout.write(contents(_catalogue(options)))
    return 0


def _lint(options: argparse.Namespace) -> int:
    folder = options.folder or _overrides(options)
    today = clock_from(os.environ).now().astimezone().date()
    try:
        pages = load(today=today, overrides=folder).pages
    except RunbookError as error:
        sys.stdout.write(f"{error}\n")
        return 1
    own = f", {len(list(folder.glob('*.md')))} of them from {folder}" if folder else ""
    sys.stdout.write(f"{len(pages)} pages keep every rule{own}\n")
    return 0


def _catalogue(options: argparse.Namespace) -> Catalogue:
    try:
        return load(overrides=_overrides(options))
    except RunbookError as error:
        raise RefusedError(str(error)) from error


def _overrides(options: argparse.Namespace) -> Path | None:
    if options.config is None:
        return None
    from thirdshift_controller.config import ConfigError, load_controller

    try:
        return load_controller(options.config, os.environ).catalogue.overrides
    except ConfigError as error:
        raise RefusedError(str(error)) from error


def _write(markdown: str) -> None:
    """The library that draws it comes with the console; without it Markdown reads well too."""
    if not (sys.stdout.isatty() and find_spec("rich")):
        sys.stdout.write(markdown)
        return
    from rich.console import Console
    from rich.markdown import Markdown

    Console().print(Markdown(markdown))
