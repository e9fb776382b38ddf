"""A GPU keeps its slot and its serial, whatever becomes of it and of the agent."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thirdshift_agent.sampling.identity import IdentityBook
from thirdshift_agent.wire import GpuIdentity


def card(number: int, bus: int | None = None, slot: int | None = None) -> GpuIdentity:
    return GpuIdentity(
        slot=number if slot is None else slot,
        uuid=f"GPU-{number}",
        serial=f"165{number}",
        pci_address=f"00000000:{0x10 + (number if bus is None else bus):02x}:00.0",
        name="NVIDIA H100 80GB HBM3",
    )


EIGHT = [card(number) for number in range(8)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "gpus.json"


def test_a_card_is_found_by_address_and_by_uuid() -> None:
    book = IdentityBook()
    book.remember(EIGHT)
    assert book.by_pci("00000000:13:00.0") == card(3)
    assert book.by_uuid("GPU-3") == card(3)
    assert (book.by_pci("00000000:ff:00.0"), book.by_uuid("GPU-9")) == (None, None)


def test_the_book_outlives_the_agent(path: Path) -> None:
    IdentityBook(path).remember(EIGHT)
    assert IdentityBook(path).all() == tuple(EIGHT)


def test_a_gpu_that_vanished_keeps_its_slot_and_the_others_keep_theirs(path: Path) -> None:
    IdentityBook(path).remember(EIGHT)
    rest = [replace(gpu, slot=slot) for slot, gpu in enumerate(EIGHT[:3] + EIGHT[4:])]
    book = IdentityBook(path)
    assert book.remember(rest) == tuple(EIGHT[:3] + EIGHT[4:])
    assert book.by_uuid("GPU-3") == card(3)


def test_a_replaced_card_takes_the_slot_of_its_address() -> None:
    book = IdentityBook()
    book.remember(EIGHT)
    new = card(99, bus=3, slot=3)
    book.remember([*EIGHT[:3], new, *EIGHT[4:]])
    assert book.by_pci(new.pci_address) == new
    assert book.by_uuid("GPU-3") is None
    assert len(book.all()) == 8


def test_two_cards_that_changed_places_take_the_slots_of_their_places() -> None:
    book = IdentityBook()
    book.remember([card(0), card(1)])
    assert book.remember([card(0, bus=1), card(1, bus=0)]) == (
        card(0, bus=1, slot=1),
        card(1, bus=0, slot=0),
    )


def test_a_card_whose_address_alone_changed_keeps_its_slot() -> None:
    book = IdentityBook()
    book.remember(EIGHT)
    assert book.remember([card(3, bus=40, slot=0)]) == (card(3, bus=40, slot=3),)
    assert len(book.all()) == 8


def test_a_newcomer_takes_no_slot_that_is_somebody_elses() -> None:
    book = IdentityBook()
    book.remember([card(1, slot=0), card(2, slot=1)])
    found = book.remember([card(0, slot=0), card(1, slot=1), card(2, slot=2)])
    assert [gpu.slot for gpu in found] == [2, 0, 1]


def test_nothing_is_written_while_nothing_changes(path: Path) -> None:
    book = IdentityBook(path)
    book.remember(EIGHT)
    path.unlink()
    book.remember(EIGHT)
    assert not path.exists()


def wrong(**changes: object) -> str:
    return json.dumps([asdict(card(1)) | changes])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[",
        '{"a": 1}',
        '[{"slot": 1}]',
        "[1]",
        "7",
        wrong(slot="x"),
        wrong(slot=True),
        wrong(serial=7),
        wrong(pci_address=[]),
        wrong(uuid=None),
    ],
)
def test_a_file_that_cannot_be_read_is_lived_without(
    path: Path, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    path.parent.mkdir()
    path.write_text(text)
    book = IdentityBook(path)
    assert book.all() == ()
    assert "anew" in caplog.text
    book.remember(EIGHT)
    assert IdentityBook(path).all() == tuple(EIGHT)


def test_a_disk_that_takes_nothing_does_not_stop_the_agent(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("not a directory")
    book = IdentityBook(tmp_path / "file" / "gpus.json")
    book.remember(EIGHT)
    assert book.all() == tuple(EIGHT)
    assert "not saved" in caplog.text


def test_the_file_is_replaced_whole(path: Path) -> None:
    IdentityBook(path).remember(EIGHT)
    assert [entry["uuid"] for entry in json.loads(path.read_text())] == [g.uuid for g in EIGHT]
    assert [file.name for file in path.parent.iterdir()] == ["gpus.json"]


@st.composite
def looks(draw: st.DrawFn) -> list[list[GpuIdentity]]:
    """What a driver may show over time: cards come, go and change places."""

    def look() -> list[GpuIdentity]:
        numbers = draw(st.lists(st.integers(0, 9), unique=True, max_size=8))
        buses = draw(st.permutations(range(10)))
        return [card(n, bus=buses[i], slot=i) for i, n in enumerate(numbers)]

    return [look() for _ in range(draw(st.integers(1, 5)))]


@settings(max_examples=60, deadline=None)
@given(looks())
def test_no_slot_address_or_uuid_is_ever_given_twice(seen: list[list[GpuIdentity]]) -> None:
    book = IdentityBook()
    for look in seen:
        found = book.remember(look)
        cards = book.all()
        assert [gpu.uuid for gpu in found] == [gpu.uuid for gpu in look]
        assert set(found) <= set(cards)
        for key in ("slot", "pci_address", "uuid"):
            assert len({getattr(gpu, key) for gpu in cards}) == len(cards)


@settings(max_examples=60, deadline=None)
@given(looks())
def test_an_address_keeps_its_slot_as_long_as_it_is_known(seen: list[list[GpuIdentity]]) -> None:
    book = IdentityBook()
    for look in seen:
        before = {gpu.pci_address: gpu.slot for gpu in book.all()}
        for gpu in book.remember(look):
            assert gpu.slot == before.get(gpu.pci_address, gpu.slot)
