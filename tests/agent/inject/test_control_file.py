"""Which files the injector writes no table into."""

from __future__ import annotations

from pathlib import Path

import pytest

from thirdshift_agent.cli import main


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("other", "other is no table of a stand-in library; name another file"),
        ("absent/table", "absent/table: No such file or directory; name files that can be written"),
    ],
)
def test_no_file_that_is_no_table_is_written_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, sentence: str
) -> None:
    other = tmp_path / "other"
    other.write_text("precious")
    assert main(["inject", "nvlink:down", f"--nvml-control={tmp_path / name}"]) == 2
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 1)
    assert sentence in told.err
    assert other.read_text() == "precious"
