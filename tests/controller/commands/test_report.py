"""`report` from the command line, on the shipped example: written, traced, exported, refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from thirdshift_controller.cli import main
from thirdshift_controller.reports.formats import Format

EXAMPLE = ("--example", "toronto-1024")


def run(*words: str) -> int:
    return main(["report", *words])


def test_a_month_of_the_example_is_written_in_every_format(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("2026-10", *EXAMPLE, "--out", str(tmp_path)) == 0
    written = capsys.readouterr().out.split()
    assert written == [str(tmp_path / f"2026-10.{one}") for one in Format]
    assert all(Path(path).stat().st_size > 1000 for path in written)


def test_the_formats_that_are_asked_for_are_written_and_no_others(tmp_path: Path) -> None:
    asked = ("--format", "json", "--format", "focus.csv")
    assert run("2026-02", *EXAMPLE, "--out", str(tmp_path), *asked) == 0
    assert {path.name for path in tmp_path.iterdir()} == {"2026-02.json", "2026-02.focus.csv"}


def test_a_figure_is_traced_to_the_file_and_line_that_hold_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run("explain", "colo", *EXAMPLE, "--month", "2026-10") == 0
    text = capsys.readouterr().out
    assert "212,340.00" in text
    assert "costs.toml, line" in text
    assert "1,415.6" in text


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("default.json", '"GPU": "2.4'),
        ("opencost.csv", "gpu-128,,node"),
        ("pricing.csv", "H100,2.4"),
        ("sky.yaml", '"H100": 2.4'),
    ],
)
def test_our_price_is_told_to_other_programs(
    name: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("export", name, *EXAMPLE, "--month", "2026-10") == 0
    assert told in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("2026-11",), "tells of 2026-01 to 2026-10"),
        (("2026-13",), "write it as 2026-11"),
        (("explain", "colo"), "write --month"),
        (("explain",), "explain FIGURE"),
        (("explain", "coloo", "--month", "2026-03"), 'did you mean "colo"?'),
        (("export", "prices.csv", "--month", "2026-03"), "default.json, opencost.csv"),
        (("2026-10", "2026-09"), "after `report`"),
        (("2026-10", "--month", "2026-09"), "name the month itself"),
        (("close", "2026-10"), "closed already"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(
    words: tuple[str, ...], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*words, *EXAMPLE) == 2
    told = capsys.readouterr().err
    assert sentence in told
    assert "Traceback" not in told


def test_a_folder_that_cannot_be_written_to_is_named_with_what_mends_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    asked = ("2026-10", *EXAMPLE, "--format", "md", "--out", str(tmp_path / "taken"))
    assert run(*asked) == 2
    assert "taken: cannot be written or read: File exists; name" in capsys.readouterr().err


def test_another_example_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("2026-10", "--example", "ottawa") == 2
    assert "there is toronto-1024" in capsys.readouterr().err
