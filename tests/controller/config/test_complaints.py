"""Problems of several files told at once: in what order, how many, and each once."""

from __future__ import annotations

from pathlib import Path

import pytest

from thirdshift_controller.config import ConfigError
from thirdshift_controller.config.complaints import Complaints, Fault, refuse

ONE, OTHER = Path("one.csv"), Path("other.toml")


def missing() -> None:
    raise ConfigError("other.toml: there is no such file")


def told(complaints: Complaints) -> list[str]:
    return str(complaints.refusal).splitlines()


def test_without_any_nothing_is_refused() -> None:
    complaints = Complaints()
    assert complaints.attempt(ONE, lambda: 7) == 7
    complaints.about(ONE, [])
    complaints.refuse()
    assert complaints.fine(ONE)


def test_files_are_told_as_they_were_read_and_faults_by_their_lines() -> None:
    complaints = Complaints()
    complaints.attempt(ONE, lambda: "read")
    complaints.attempt(OTHER, missing)
    complaints.about(ONE, [Fault(9, "price", "is dear"), Fault(2, "", "is odd")])
    with pytest.raises(ConfigError) as refused:
        complaints.refuse()
    assert str(refused.value).splitlines() == [
        "one.csv, line 2: is odd",
        "one.csv, line 9, column price: is dear",
        "other.toml: there is no such file",
    ]


def test_what_is_wrong_with_a_file_is_known_while_reading_goes_on() -> None:
    complaints = Complaints()
    assert complaints.attempt(OTHER, missing) is None
    complaints.about(ONE, [Fault(2, "", "is odd")])
    assert not complaints.fine(OTHER)
    assert not complaints.fine(ONE)
    assert complaints.fine(None)
    assert complaints.fine(Path("a third"))


def test_each_is_told_once_though_its_file_was_read_twice() -> None:
    complaints = Complaints()
    for _ in range(2):
        complaints.attempt(OTHER, missing)
        complaints.about(ONE, [Fault(2, "", "is odd")])
    assert told(complaints) == ["other.toml: there is no such file", "one.csv, line 2: is odd"]


def test_of_very_many_in_one_file_the_first_are_told_and_none_of_another_is_lost() -> None:
    complaints = Complaints()
    complaints.about(ONE, [Fault(line, "", "is odd") for line in range(2, 27)])
    complaints.about(OTHER, [Fault(1, "", "is odd too")])
    lines = told(complaints)
    assert (lines[0], lines[19]) == ("one.csv, line 2: is odd", "one.csv, line 21: is odd")
    assert lines[20:] == ["… and 5 more in one.csv", "other.toml, line 1: is odd too"]


def test_one_table_is_refused_for_its_faults_alone() -> None:
    refuse(ONE, [])
    with pytest.raises(ConfigError, match=r"^one\.csv, line 2: is odd$"):
        refuse(ONE, [Fault(2, "", "is odd")])
