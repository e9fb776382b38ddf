"""`thirdshift-tui`: the console in a terminal, or once as plain text.

It imports Textual, httpx and pydantic only when it is about to use them, so that a machine without
the extra gets a sentence and not a traceback.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import sys
from collections.abc import Sequence

from thirdshift_tui.config import Config, ConfigError, load

_EXTRA = frozenset({"httpx", "pydantic", "pydantic_core", "rich", "textual"})


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and exit: 0, or 1 when it failed, or 2 when it was asked wrongly."""
    options = _parser().parse_args(arguments)
    try:
        config = load(options.url, options.token_file, os.environ)
        _log_to(options.log_file)
        sys.exit(_plain(config) if options.plain else _console(config, options.poll_seconds))
    except ConfigError as error:
        _leave(f"thirdshift-tui: {error}")
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in _EXTRA:
            raise
        _leave(f"thirdshift-tui needs {missing}: pip install 'thirdshift[tui]'")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="thirdshift-tui", description="The racks, and the work.")
    parser.add_argument("--url", help="the controller's address, else THIRDSHIFT_URL")
    parser.add_argument(
        "--token-file", help="a file with the token, else THIRDSHIFT_TOKEN_FILE or THIRDSHIFT_TOKEN"
    )
    parser.add_argument("--poll-seconds", type=_seconds, default=2.0, help="between two questions")
    parser.add_argument("--plain", action="store_true", help="print the floor once, as text")
    parser.add_argument("--log-file", help="where the console's own failures are written")
    return parser


def _seconds(value: str) -> float:
    seconds = float(value)
    if not 0.1 <= seconds <= 3600:
        raise argparse.ArgumentTypeError(f"{value} is not between 0.1 and 3600")
    return seconds


def _console(config: Config, poll_seconds: float) -> int:
    from thirdshift_tui.app import Console
    from thirdshift_tui.client.http import HttpSite

    app = Console(HttpSite(config.url, config.token), poll_seconds=poll_seconds)
    app.run()
    return app.return_code or 0


def _plain(config: Config) -> int:
    from thirdshift_tui.client.errors import SiteError
    from thirdshift_tui.client.http import HttpSite
    from thirdshift_tui.live import Known, known_of
    from thirdshift_tui.plain import page

    async def ask() -> Known:
        site = HttpSite(config.url, config.token)
        try:
            return await known_of(site)
        finally:
            await site.aclose()

    try:
        sys.stdout.writelines(f"{line}\n" for line in page(asyncio.run(ask())))
    except SiteError as error:
        sys.stderr.write(f"thirdshift-tui: {error}\n")
        return 1
    return 0


def _log_to(path: str | None) -> None:
    """Log to the file or nowhere: the screen is drawn on stderr."""
    try:
        handler = logging.FileHandler(path, encoding="utf-8") if path else logging.NullHandler()
    except OSError as error:
        raise ConfigError(f"cannot write the log to {path}: {error}.") from error
    logging.basicConfig(handlers=[handler], format="%(asctime)s %(levelname)s %(name)s %(message)s")


def _leave(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
    sys.exit(2)
