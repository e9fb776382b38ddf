"""A site's own pages laid over those that are shipped. Pure: it reads no file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from thirdshift_runbooks.folder import Sheet
from thirdshift_runbooks.page import Page


def overlay(shipped: Sequence[Sheet], own: Sequence[Sheet]) -> list[Sheet]:
    """Own pages replace those of their name and take the signals that they claim.

    A shipped page that has lost all its signals stays only where a rule still leads to it.
    """
    replaced = {sheet.page.alert for sheet in own}
    claimed = {signal for sheet in own for signal in sheet.page.signals}
    left = [
        Sheet(sheet.file, _without(sheet.page, claimed))
        for sheet in shipped
        if sheet.page.alert not in replaced
    ]
    reached = {when.becomes for sheet in (*left, *own) for when in sheet.page.when}
    return [*own, *(one for one in left if one.page.signals or one.page.id in reached)]


def _without(page: Page, claimed: set[str]) -> Page:
    signals = tuple(signal for signal in page.signals if signal not in claimed)
    if signals == page.signals:
        return page
    rules = tuple(when for when in page.when if when.signal in signals)
    return replace(page, signals=signals, when=rules)
