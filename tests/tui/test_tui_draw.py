"""What is drawn from a floor, without any terminal: glyphs, roll-ups, steps, spans, inks."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.color import Color

from thirdshift_controller.wire import (
    CellState,
    Floor,
    GpuCell,
    Me,
    NodeCell,
    NodeDetail,
    OnShift,
    RackCell,
    Release,
    Role,
)
from thirdshift_controller.wire import RowCell as Row
from thirdshift_tui.client.scripted import NOW
from thirdshift_tui.draw.chart import Density, chart, finest, short_name
from thirdshift_tui.draw.encode import legend, mark, rack_runs
from thirdshift_tui.draw.ink import Ink, fit, plain
from thirdshift_tui.draw.node import node_rows
from thirdshift_tui.draw.place import Place, by_nodes, by_racks, by_rows, clamped, node_at, places
from thirdshift_tui.draw.status import status_line
from thirdshift_tui.draw.words import of, percent, since, span, zone
from thirdshift_tui.live import Known, Live
from thirdshift_tui.palette import COLOURED, COLOURLESS

FILLED = {Ink.FAILED, Ink.DEGRADED, Ink.NO_DATA}
BACKGROUND = "#14171a"

gpus = st.builds(GpuCell, st.integers(0, 15), st.sampled_from(CellState), st.booleans())


def node(state: CellState, owned: bool = False, cells: tuple[GpuCell, ...] = ()) -> NodeCell:
    return NodeCell("n", "U01", state, owned, NOW, None, cells)


nodes = st.builds(
    lambda cell, held: replace(cell, held=held),
    st.builds(
        node, st.sampled_from(CellState), st.booleans(), st.lists(gpus, max_size=9).map(tuple)
    ),
    st.booleans(),
)
racks = st.builds(RackCell, st.just("R1-1"), st.lists(nodes, max_size=5).map(tuple))
rows = st.builds(Row, st.sampled_from(["R1", "Row 22"]), st.lists(racks, max_size=4).map(tuple))


def floor_of(*drawn: Row) -> Floor:
    return Floor("s", "UTC", NOW, 1.0, 60.0, OnShift("day", None, NOW), drawn)


floors = st.lists(rows, max_size=4).map(lambda drawn: floor_of(*drawn))
at_places = st.builds(Place, st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))


@given(floors)
@settings(max_examples=60, deadline=None)
def test_every_gpu_is_drawn_once_and_no_line_is_wider_than_the_chart(floor: Floor) -> None:
    drawn = chart(floor, Density.GPU)
    lines = [drawn.line(y, Place(-1)) for y in range(drawn.height)]
    shown = "".join(
        plain(line)
        for band, line in zip(drawn.bands, lines, strict=True)
        if band is not None and band.level is not None
    )
    expected = sorted(
        mark(gpu, held=one.held).glyph for _, one in places(floor) for gpu in one.gpus
    )
    assert sorted(shown.replace(" ", "")) == expected
    assert all(len(plain(line)) <= drawn.width for line in lines if line)


@given(floors, at_places, st.sampled_from(Density))
@settings(max_examples=60, deadline=None)
def test_the_cursor_always_stands_on_the_floor(floor: Floor, at: Place, density: Density) -> None:
    here = clamped(floor, at)
    for step in (-1, 1):
        for move in (by_racks, by_rows, by_nodes):
            assert clamped(floor, move(floor, here, step)) == move(floor, here, step)
    drawn = chart(floor, density)
    x, y = drawn.spot(here)
    if node_at(floor, here) is not None:
        assert plain(drawn.line(y, here))[x] == "["


def test_a_rack_shows_what_nobody_owns_before_what_is_worse_but_owned() -> None:
    rack = RackCell(
        "r",
        (
            node(CellState.FAILED, owned=True),
            node(CellState.DEGRADED),
            node(CellState.DEGRADED),
            node(CellState.HEALTHY),
        ),
    )
    assert rack_runs(rack) == [("!", Ink.DEGRADED), ("2", Ink.MUTED)]
    assert rack_runs(replace(rack, nodes=())) == []


def test_a_rack_whose_nodes_are_well_shows_how_many_are_held() -> None:
    well = node(CellState.HEALTHY)
    held = replace(well, held=True)
    assert rack_runs(RackCell("r", (well, held, held))) == [("h", Ink.HELD), ("2", Ink.MUTED)]
    assert rack_runs(RackCell("r", (held, node(CellState.REPAIR))))[0] == ("R", Ink.REPAIR)


@pytest.mark.parametrize("state", CellState)
def test_a_hold_covers_no_trouble_up(state: CellState) -> None:
    quiet = state in (CellState.HEALTHY, CellState.EMPTY)
    assert (mark(node(state), held=True).glyph == "h") == quiet


@pytest.mark.parametrize("width", [20, 80, 200])
def test_the_legend_tells_every_glyph_and_no_line_is_wider_than_asked(width: int) -> None:
    lines = [plain(line).rstrip() for line in legend(width)]
    assert all(len(line) <= width for line in lines)
    told = " ".join(lines)
    assert all(f"{mark(node(state)).glyph} {mark(node(state)).word}" in told for state in CellState)
    assert "h held" in told


def test_owning_takes_the_fill_and_keeps_the_glyph() -> None:
    for state in CellState:
        unowned, owned = mark(node(state)), mark(node(state, owned=True))
        assert unowned.glyph == owned.glyph
        assert owned.ink not in FILLED
        assert (unowned.ink in FILLED) == (
            state in (CellState.FAILED, CellState.DEGRADED, CellState.NO_DATA)
        )


def test_the_finest_density_that_fits_is_chosen() -> None:
    rack = RackCell(
        "R1-01", (node(CellState.HEALTHY, cells=(GpuCell(0, CellState.EMPTY, False),)),)
    )
    floor = floor_of(Row("R1", (rack,)))
    assert finest(floor, 80, 24) is Density.GPU
    assert finest(floor, 1, 1) is Density.RACK
    assert short_name(rack, floor.rows[0]) == "01"
    assert short_name(replace(rack, name="R1"), floor.rows[0]) == "R1"


def test_every_ink_has_a_look_and_a_fill_shows_without_colour() -> None:
    assert set(COLOURED) == set(COLOURLESS) == set(Ink)
    for ink in FILLED:
        assert COLOURED[ink].bgcolor is not None
        assert COLOURLESS[ink].reverse
    assert not any(style.color or style.bgcolor for style in COLOURLESS.values())


def test_every_text_can_be_read_on_the_background() -> None:
    for ink, style in COLOURED.items():
        if ink is not Ink.EMPTY and style.bgcolor is None and style.color is not None:
            assert contrast(style.color, Color.parse(BACKGROUND)) >= 4.5, ink


def contrast(one: Color, other: Color) -> float:
    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def luminance(colour: Color) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in colour.get_truecolor().normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_a_gap_in_the_rota_is_nobody_on_the_status_line() -> None:
    live = Live(poll_seconds=2.0)
    live.take(Known(Me("vic", Role.VIEWER, None), floor_of(), ()), 0.0)
    assert "day shift: nobody, 0s left" in plain(status_line(live, 0.0, 200))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0s"), (59.9, "59s"), (60, "1m"), (252, "4m12s"), (12_480, "3h28m"), (180_000, "2d02h")],
)
def test_a_span_is_written_in_its_two_largest_units(seconds: float, words: str) -> None:
    assert span(seconds) == words


def test_what_is_unknown_is_a_dash_and_never_a_zero() -> None:
    assert (since(None, NOW), percent(None), of(None, 700.0, "W")) == ("-", "-", "-")
    assert (percent(0.0), of(0.0, None, "W")) == ("0%", "0/-W")
    assert str(zone("Nowhere/At_All")) == "UTC"


def test_text_is_fitted_by_the_cells_it_takes() -> None:
    assert fit("GPU", 5) == "GPU  "
    assert fit("GPU lost", 5) == "GPU ~"
    assert fit("机架机架", 5) == "机架~"
    assert fit("GPU", 0) == ""


def test_a_released_node_says_why_and_until_when_in_the_sites_time() -> None:
    until_at = NOW.replace(hour=22, minute=5, second=0)
    detail = NodeDetail(
        *("n", "R1", "R1-1", "U01", "hgx-h100-8", CellState.HEALTHY, NOW, None, (), (), (), ()),
        released=Release("swap GPU 5", until_at),
    )
    drawn = [plain(row.line) for row in node_rows(detail, (), NOW, zone("America/Toronto"), 80)]
    assert f"released: swap GPU 5 until {until_at:%d %b} 17:05:00" in drawn
