"""Files that cannot be used are refused by file, line, key and remedy."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from thirdshift_controller.config import ConfigError, Table, read_toml
from thirdshift_controller.config.locate import lines_by_path


class Shelf(Table):
    """A table in a list."""

    label: str
    places: Annotated[int, Field(ge=1, strict=True)] = 1


class Cupboard(Table):
    """A whole file."""

    colour: Literal["red", "blue"] = "red"
    shelves: tuple[Shelf, ...] = ()
    doors: Annotated[tuple[Literal["left", "right"], ...], Field(min_length=1)] = ("left",)
    secret: Annotated[int, Field(repr=False)] = 0


def complaint(path: Path, text: str | bytes) -> list[str]:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ConfigError) as refusal:
        read_toml(path, Cupboard)
    return [line.removeprefix(str(path)) for line in str(refusal.value).splitlines()]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cupboard.toml"


def test_a_good_file_becomes_its_model(path: Path) -> None:
    path.write_bytes(b'\xef\xbb\xbfcolour = "blue"\r\n[[shelves]]\r\nlabel = "a"\r\n')
    assert read_toml(path, Cupboard) == Cupboard(colour="blue", shelves=(Shelf(label="a"),))


def test_an_unknown_key_names_its_line_and_its_nearest_neighbour(path: Path) -> None:
    assert complaint(path, '\n[[shelves]]\nlabel = "a"\n\n[[shelves]]\nlable = "b"\n') == [
        ", line 5: shelves.label: is missing; add it here",
        ', line 6: shelves.lable: is not known here; did you mean "label"?',
    ]


def test_a_list_without_entries_is_told_so_and_one_of_bad_entries_is_not(path: Path) -> None:
    assert complaint(path, "doors = []\n") == [", line 1: doors: is empty; add one"]
    assert complaint(path, 'doors = ["up"]\n') == [
        ', line 1: doors: must be one of left, right, not "up"'
    ]


def test_an_unknown_key_far_from_all_others_is_told_what_there_is(path: Path) -> None:
    assert complaint(path, "xyz = 1\n") == [
        ", line 1: xyz: is not known here; known are colour, doors, secret, shelves"
    ]


def test_every_problem_is_named_in_the_order_of_the_file(path: Path) -> None:
    assert complaint(path, 'shelves = [{label = "a", places = 0},\n 3]\ncolour = "rod"\n') == [
        ", line 1: shelves.places: must be at least 1, not 0",
        ", line 1: shelves: must be a [table], not 3",
        ', line 3: colour: must be one of red, blue, not "rod"',
    ]


def test_many_problems_are_counted_after_the_first_twenty(path: Path) -> None:
    lines = complaint(path, "[[shelves]]\n" * 25)
    assert len(lines) == 21
    assert lines[-1] == f"… and 5 more in {path}"


def test_the_value_of_a_secret_is_never_repeated(path: Path) -> None:
    assert complaint(path, 'secret = "s3cr3t"\n') == [
        ", line 1: secret: must be a whole number without quotes"
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("colour = red\n", ', line 1: invalid value; text stands in "quotes"'),
        ("\ncolour 'red'\n", ", line 2: expected '=' after a key in a key/value pair"),
        ("[shelves\n", ", line 1: expected ']' at the end of a table declaration"),
        ("colour = 'red'\ncolour = 'blue'\n", ", line 2: cannot overwrite a value; the key"),
        ("shelves = [\n{label = 'a'},\n", ", line 3: the file ends too soon; close every bracket"),
        (b"colour = '\xff'\n", ": byte 10 is not UTF-8; save it as UTF-8"),
        ("", " is empty; docs/site-files.md shows what belongs in it"),
        ("# nothing yet\n", " is empty; docs/site-files.md shows what belongs in it"),
    ],
)
def test_what_is_not_toml_is_told_with_its_line(
    path: Path, text: str | bytes, expected: str
) -> None:
    (line,) = complaint(path, text)
    assert line.startswith(expected)


def test_a_missing_file_is_named(path: Path) -> None:
    with pytest.raises(ConfigError, match=r"cupboard\.toml: there is no such file; create it"):
        read_toml(path, Cupboard)


def test_a_folder_in_place_of_a_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        read_toml(tmp_path, Cupboard)


FILLER = st.sampled_from(
    ["", "# [[rows]]", "words = [\n  'a', # ]\n  'b',\n]", 'said = """\n[x]\n"""']
)


@given(st.lists(st.lists(FILLER, max_size=3), min_size=1, max_size=5), FILLER)
def test_each_key_is_found_on_the_line_that_it_stands_on(
    rows: list[list[str]], filler: str
) -> None:
    lines = [*filler.split("\n")]
    for row, racks in enumerate(rows):
        lines += ["[[rows]]", f"id = {row}"]
        for rack, inside in enumerate(racks):
            lines += ["[[rows.racks]]", *inside.split("\n"), f"id = '{row}-{rack}'"]
    found = lines_by_path("\n".join(lines))
    for row, racks in enumerate(rows):
        assert lines[found["rows", row, "id"] - 1] == f"id = {row}"
        for rack in range(len(racks)):
            place = ("rows", row, "racks", rack)
            assert lines[found[place] - 1] == "[[rows.racks]]"
            assert lines[found[*place, "id"] - 1] == f"id = '{row}-{rack}'"


def test_dotted_keys_and_inline_tables_are_found_too() -> None:
    found = lines_by_path('a.b = 1\n[c.d]\n"e f" = {g = 2}\n')
    assert found["a", "b"] == 1
    assert found["c", "d"] == 2
    assert found["c", "d", "e f", "g"] == 3


def test_reading_files_needs_no_database() -> None:
    program = "import sys, thirdshift_controller.config; print('sqlmodel' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.strip() == b"False"
