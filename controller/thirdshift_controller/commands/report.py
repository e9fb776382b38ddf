"""`thirdshift-controller report`: a month of money, written, traced and closed.

report YYYY-MM            writes the month, in every format or in those asked for
report explain FIGURE     traces a figure of a month to the rows that it is made of
report close YYYY-MM      freezes a month; what turns out otherwise later is a restatement
report export FILE        prints our price of a GPU-hour as OpenCost or SkyPilot reads it
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from thirdshift_agent.clock import clock_from
from thirdshift_controller.errors import RefusedError
from thirdshift_runbooks.errors import RunbookError

if TYPE_CHECKING:
    from argparse import _SubParsersAction
    from datetime import datetime

    from thirdshift_controller.costs.month.figures import MonthFigures
    from thirdshift_controller.reports.service import MonthReports

FORMATS = ("html", "pdf", "md", "json", "csv", "focus.csv", "focus.parquet")
LEVELS = ("installed", "available", "allocated", "utilised")
USAGE = "YYYY-MM, `explain FIGURE`, `close YYYY-MM` or `export FILE`"


def add_report(commands: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `report`."""
    report = commands.add_parser("report", help="write, trace or close a month of money")
    report.add_argument("asked", metavar="WHAT", nargs="+", help=USAGE)
    source = report.add_mutually_exclusive_group(required=True)
    source.add_argument("--config", type=Path, metavar="FILE", help="of the controller")
    source.add_argument("--example", metavar="NAME", help="a site that is shipped: toronto-1024")
    report.add_argument("--out", type=Path, metavar="DIR", help="else the site's own folder")
    report.add_argument("--format", choices=FORMATS, action="append", help="else all of them")
    report.add_argument(
        "--month", metavar="YYYY-MM", help="of `explain`, `export`; else the running one"
    )
    report.add_argument("--level", choices=LEVELS, default="available", help="of `export`")
    report.set_defaults(run=_report)


def _report(options: argparse.Namespace) -> int:
    verb, *names = options.asked
    act = {"explain": _explain, "close": _close, "export": _export}.get(verb, _write)
    if len(names) != (0 if act is _write else 1):
        raise RefusedError(f"write {USAGE} after `report`")
    if options.month is not None and act not in (_explain, _export):
        raise RefusedError("--month goes with `explain` and `export`; name the month itself here")
    if options.example and act is _close:
        raise RefusedError("an example's months are closed already; `close` wants --config")
    with _refusing(), _reports(options) as (reports, now):
        return act(options, reports, now)


def _write(options: argparse.Namespace, reports: MonthReports, now: datetime) -> int:
    from thirdshift_controller.reports.formats import Format, usable

    figures = reports.figures(reports.month(options.asked[0]), now)
    formats = [Format(one) for one in options.format] if options.format else usable()
    if not options.format and len(formats) < len(FORMATS):
        sys.stderr.write("no Parquet without pyarrow: pip install 'thirdshift[parquet]'\n")
    for path in reports.write(figures, now, formats, options.out):
        sys.stdout.write(f"{path}\n")
    return 0


def _explain(options: argparse.Namespace, reports: MonthReports, now: datetime) -> int:
    from thirdshift_controller.reports.data.explain import explain

    sys.stdout.write(explain(_asked_month(options, reports, now), options.asked[1]))
    return 0


def _export(options: argparse.Namespace, reports: MonthReports, now: datetime) -> int:
    from thirdshift_controller.reports.exports.by_name import export
    from thirdshift_controller.reports.exports.priced import PriceLevel

    figures, level = _asked_month(options, reports, now), PriceLevel(options.level)
    sys.stdout.write(export(options.asked[1], figures, reports.accounts, level))
    return 0


def _asked_month(options: argparse.Namespace, reports: MonthReports, now: datetime) -> MonthFigures:
    from thirdshift_controller.costs.calendar import Month

    running = Month.of(now, reports.accounts.site.timezone)
    return reports.figures(reports.month(options.month) if options.month else running, now)


def _close(options: argparse.Namespace, reports: MonthReports, now: datetime) -> int:
    figures = reports.close(reports.month(options.asked[1]), now)
    sys.stdout.write(f"{figures.month} is closed: {figures.total.shown()}\n")
    return 0


@contextmanager
def _reports(options: argparse.Namespace) -> Iterator[tuple[MonthReports, datetime]]:
    """The reports of a site or of an example, and the instant at which they are asked for."""
    from thirdshift_controller.bootstrap import lay_foundation
    from thirdshift_controller.config import load_controller
    from thirdshift_controller.demo.example import open_example

    with ExitStack() as closing:
        if options.example:
            yield open_example(options.example, _example_month(options), closing)
        else:
            clock = clock_from(os.environ)
            config = load_controller(options.config, os.environ)
            yield lay_foundation(config, clock, closing).reports, clock.now()


def _example_month(options: argparse.Namespace) -> str:
    month: str | None = options.month
    if options.asked[0] not in ("explain", "export"):
        month = options.asked[-1]
    if month is None:
        raise RefusedError("write --month YYYY-MM: an example has no running month")
    return month


@contextmanager
def _refusing() -> Iterator[None]:
    """What is wrong with a site's files and its database, as a refusal."""
    from thirdshift_controller.config import ConfigError
    from thirdshift_controller.costs.money import CurrencyError
    from thirdshift_controller.store.errors import StoreError

    try:
        yield
    except (ConfigError, CurrencyError, RunbookError, StoreError) as error:
        raise RefusedError(str(error)) from error
    except OSError as error:
        why = f"{error.filename}: cannot be written or read: {error.strerror}"
        raise RefusedError(f"{why}; name a folder of ours, or mend who may use it") from error
