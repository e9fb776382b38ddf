"""The pages that are shipped: each keeps every rule, and the choices that are ours are held."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from thirdshift_runbooks.catalogue import PACKAGED, Catalogue, load
from thirdshift_runbooks.page import Disposition, Page, RemoteAction, StepKind
from thirdshift_runbooks.parsing import parse

PAGES = sorted(PACKAGED.glob("*.md"))
TODAY = datetime.now(UTC).date()
REQUIRED = [
    *(f"xid:{code}" for code in (13, 31, 43, 45, 48, 63, 64, 74, 79, 94, 95, 119, 120, 154)),
    *("gpu:lost", "gpu:off_bus", "gpu:missing", "gpu:hung", "node:silent", "psu:failed"),
]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load(today=TODAY)


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.stem)
def test_a_page_keeps_every_rule(file: Path) -> None:
    assert parse(file.name, file.read_text(encoding="utf-8"), TODAY).alert == file.stem


@pytest.mark.parametrize("signal", REQUIRED)
def test_a_known_signal_has_a_page_of_its_own(catalogue: Catalogue, signal: str) -> None:
    assert signal in catalogue.for_signal(signal).signals


def test_no_two_pages_answer_to_one_signal(catalogue: Catalogue) -> None:
    signals = [signal for page in catalogue.pages for signal in page.signals]
    assert len(signals) == len(set(signals))


def test_pages_come_in_the_order_of_their_ids(catalogue: Catalogue) -> None:
    identifiers = [page.id for page in catalogue.pages]
    assert identifiers == sorted(identifiers)


@pytest.mark.parametrize("name", ["xid:185", "sxid:99999", "alert:Whatever", ""])
def test_a_signal_that_nobody_knows_is_shown_and_not_acted_on(
    catalogue: Catalogue, name: str
) -> None:
    page = catalogue.for_signal(name)
    assert page is catalogue.unknown
    assert (page.id, page.disposition, page.ladder) == ("unknown-signal", Disposition.OBSERVE, ())


def test_one_gpu_is_reset_only_for_these_faults(catalogue: Catalogue) -> None:
    tried = {page.id for page in catalogue.pages if RemoteAction.GPU_RESET in page.ladder}
    assert tried == {
        "context-switch-timeout",
        "ecc-unrecovered",
        "gpu-asks-for-recovery",
        "gpu-init-failed",
        "gpu-timeout",
        "gsp-timeout",
        "nvlink-error",
        "nvlink-five-error",
        "pmu-halted",
        "row-remap-failure",
        "security-engine-fault",
        "sram-uncorrectable",
        "uncontained-memory-error",
        "uncorrectable-memory-error",
    }


def repairs() -> list[Page]:
    return [page for page in load().pages if page.disposition is Disposition.REPAIR]


@pytest.mark.parametrize("page", repairs(), ids=lambda page: page.id)
def test_pulling_a_module_takes_two_people_who_may(page: Page) -> None:
    pulls = any(
        step.kind is StepKind.HANDS and re.search("module|tray", step.text) for step in page.steps
    )
    assert (page.people == 2 and "sxm" in page.skills) == pulls


@pytest.mark.parametrize("page", repairs(), ids=lambda page: page.id)
def test_power_is_cut_and_work_drained_before_hands_go_in(page: Page) -> None:
    texts = [step.text.lower() for step in page.steps]
    if any("two people" in text for text in texts):
        assert all("power off" in text for text in texts if "two people" in text)
        assert "power off" in page.safety.lower()


@pytest.mark.parametrize("page", repairs(), ids=lambda page: page.id)
def test_the_estimate_is_in_reach_of_the_steps(page: Page) -> None:
    assert page.estimate is not None
    assert page.estimate.p50_minutes <= sum(step.minutes for step in page.steps) <= 200
