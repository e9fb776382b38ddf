"""`thirdshift-controller prices`: what renting costs, as dated tables. It fetches nothing.

prices list               what is known of a day, with the colour of its age; 1 where nothing is
prices import FILE        a catalogue's prices as a dated table; 1 where it holds none for us
prices diff OLD NEW       what moved by more than 5 %, is new or gone; 1 where anything did
prices keygen KEY         a pair of keys for bundles
prices bundle PLACE       tables in one signed file
prices verify BUNDLE      whether a bundle is whole and the sender's; 1 where it is not
prices install BUNDLE     its tables into a folder
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable
from datetime import date
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING

from thirdshift_agent.clock import clock_from
from thirdshift_controller.errors import RefusedError

if TYPE_CHECKING:
    from argparse import _SubParsersAction

Run = Callable[[argparse.Namespace], int]
FORMATS = ("aws", "azure", "gpuhunt", "plain", "skypilot", "snapshot")
"""By name alone, so that asking for help imports no importer."""
_WORD = re.compile(r"[^a-z0-9.-]+")
_MONTH = re.compile(r"2\d{3}-(0[1-9]|1[0-2])", re.ASCII)


def _refusing(run: Run) -> Run:
    """A bad file is a refusal, not a stack trace."""

    @wraps(run)
    def refused(options: argparse.Namespace) -> int:
        from thirdshift_controller.config import ConfigError

        try:
            return run(options)
        except ConfigError as error:
            raise RefusedError(str(error)) from error

    return refused


def add_prices(commands: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `prices` with its own commands."""
    prices = commands.add_parser("prices", help="keep the dated prices of clouds")
    verbs = prices.add_subparsers(required=True, metavar="COMMAND")
    _add_list(verbs.add_parser("list", help="show what is known of a day"))
    _add_import(verbs.add_parser("import", help="take in a catalogue as a dated table"))
    moved = verbs.add_parser("diff", help="show what moved between two tables")
    moved.add_argument("old", type=Path, metavar="OLD", help="a table or a folder of them")
    moved.add_argument("new", type=Path, metavar="NEW")
    moved.set_defaults(run=_diff)
    keygen = verbs.add_parser("keygen", help="make a pair of keys for bundles")
    keygen.add_argument("key", type=Path, metavar="KEY", help="the secret one; KEY.pub is public")
    keygen.set_defaults(run=_keygen)
    _add_bundles(verbs)


def _add_list(listed: argparse.ArgumentParser) -> None:
    listed.add_argument("--model", metavar="GPU", help="by any of its names, such as H100")
    listed.add_argument("--on", type=_day, metavar="DAY", help="else today")
    listed.add_argument("--prices", type=Path, metavar="PLACE", help="else the bundled table")
    listed.set_defaults(run=_list)


def _add_import(taken: argparse.ArgumentParser) -> None:
    taken.add_argument("file", type=Path, metavar="FILE")
    taken.add_argument("--format", choices=FORMATS, required=True)
    taken.add_argument("--provider", metavar="NAME", help="where the file does not say")
    taken.add_argument("--retrieved-on", type=_day, required=True, metavar="DAY")
    taken.add_argument("--licence", required=True, metavar="TEXT")
    taken.add_argument("--source", metavar="NAME", help="else the format and the provider")
    taken.add_argument("--into", type=Path, required=True, metavar="FOLDER")
    taken.add_argument("--replace", action="store_true", help="write over a table of that day")
    taken.add_argument("--every-remark", action="store_true", help="not only three of each kind")
    taken.set_defaults(run=_import)


def _add_bundles(verbs: _SubParsersAction[argparse.ArgumentParser]) -> None:
    made = verbs.add_parser("bundle", help="put tables into one signed file")
    made.add_argument("place", type=Path, metavar="PLACE", help="a table or a folder of them")
    made.add_argument("--month", type=_month, required=True, metavar="YYYY-MM")
    made.add_argument("--key", type=Path, required=True, metavar="KEY", help="the secret one")
    made.add_argument("--out", type=Path, default=Path(), metavar="DIR")
    made.add_argument("--replace", action="store_true", help="write over an earlier bundle")
    made.set_defaults(run=_bundle)
    verify = verbs.add_parser("verify", help="say whether a bundle is whole and the sender's")
    install = verbs.add_parser("install", help="put a bundle's tables into a folder")
    for verb, run in ((verify, _verify), (install, _install)):
        verb.add_argument("bundle", type=Path, metavar="BUNDLE")
        verb.add_argument("--trust", type=Path, required=True, metavar="KEY.pub")
        verb.set_defaults(run=run)
    install.add_argument("--into", type=Path, required=True, metavar="FOLDER")
    install.add_argument("--replace", action="store_true", help="write over other tables")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write it as 2026-11-09") from None


def _month(text: str) -> str:
    if not _MONTH.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no month; write it as 2026-11")
    return text


@_refusing
def _list(options: argparse.Namespace) -> int:
    from thirdshift_controller.commands.prices_text import listing
    from thirdshift_controller.costs.market.prices import BUNDLED, canonical_model, load_prices
    from thirdshift_controller.costs.market.quotes import quotes_on

    prices = load_prices(options.prices or BUNDLED)
    on = options.on or clock_from(os.environ).now().astimezone().date()
    asked = options.model and (canonical_model(options.model, prices) or options.model)
    models = [asked] if asked else sorted({price.gpu_model for price in prices})
    quotes = [quote for model in models for quote in quotes_on(prices, model, on)]
    if not quotes:
        sys.stdout.write(f"no price of {asked or 'any GPU'} is known on {on}\n")
        return 1
    sys.stdout.write(listing(quotes, on))
    return 0


@_refusing
def _import(options: argparse.Namespace) -> int:
    from thirdshift_controller.commands.prices_text import account
    from thirdshift_controller.costs.market.importers.formats import FORMATS
    from thirdshift_controller.costs.market.importers.source import Given, SourceFile
    from thirdshift_controller.costs.market.table import table_text, write_whole

    source = options.source or "-".join(filter(None, (options.format, options.provider)))
    given = Given(options.retrieved_on, options.licence, source, options.provider)
    path = options.into / f"{_WORD.sub('-', source.lower())}-{options.retrieved_on}.csv"
    _refuse_to_overwrite(path, options.replace)
    found = FORMATS[options.format].read(SourceFile.read(options.file), given)
    sys.stdout.write(account(found, every=options.every_remark))
    if not found.prices:
        sys.stdout.write("nothing was written\n")
        return 1
    write_whole(path, table_text(found.prices).encode())
    sys.stdout.write(f"{path}\n")
    return 0


@_refusing
def _diff(options: argparse.Namespace) -> int:
    from thirdshift_controller.commands.prices_text import changes
    from thirdshift_controller.costs.market.difference import difference
    from thirdshift_controller.costs.market.table import load_prices

    found = difference(load_prices(options.old), load_prices(options.new))
    sys.stdout.write(changes(found))
    return 0 if found.is_empty else 1


@_refusing
def _keygen(options: argparse.Namespace) -> int:
    from thirdshift_controller.costs.market.signing import write_keys

    public = write_keys(options.key)
    sys.stdout.write(f"{options.key} stays here; {public} goes to whoever installs bundles\n")
    return 0


@_refusing
def _bundle(options: argparse.Namespace) -> int:
    from thirdshift_controller.costs.market.bundle import bundle_name, pack
    from thirdshift_controller.costs.market.table import write_whole

    path = options.out / bundle_name(options.month)
    _refuse_to_overwrite(path, options.replace)
    write_whole(path, pack(options.place, options.month, options.key))
    sys.stdout.write(f"{path}\n")
    return 0


def _refuse_to_overwrite(path: Path, replace: bool) -> None:
    if path.exists() and not replace:
        raise RefusedError(f"{path} is there already; say --replace to write over it")


def _verify(options: argparse.Namespace) -> int:
    from thirdshift_controller.commands.prices_text import contents
    from thirdshift_controller.config import ConfigError
    from thirdshift_controller.costs.market.bundle import unpack

    try:
        sys.stdout.write(contents(unpack(options.bundle, options.trust)))
    except ConfigError as error:
        sys.stdout.write(f"{error}\n")
        return 1
    return 0


@_refusing
def _install(options: argparse.Namespace) -> int:
    from thirdshift_controller.costs.market.bundle import install, unpack

    bundle = unpack(options.bundle, options.trust)
    for path in install(bundle, options.into, replace=options.replace):
        sys.stdout.write(f"{path}\n")
    return 0
