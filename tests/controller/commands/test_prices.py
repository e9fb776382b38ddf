"""`thirdshift-controller prices`: tables kept, compared and carried from the shell."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from controller.costs.market.files import EXCERPTS
from controller.costs.market.rows import row, usd
from thirdshift_controller.cli import main
from thirdshift_controller.commands.prices import FORMATS
from thirdshift_controller.costs.market.importers import formats
from thirdshift_controller.costs.market.prices import load_prices
from thirdshift_controller.costs.market.table import table_text

AWS = str(EXCERPTS / "skypilot-aws.csv")
TAKE = ["prices", "import", AWS, "--format", "skypilot", "--provider", "aws"]
GIVEN = ["--retrieved-on", "2026-11-09", "--licence", "not said"]


def take(folder: Path, *more: str) -> int:
    return main([*TAKE, *GIVEN, "--into", str(folder), *more])


def test_the_formats_that_can_be_asked_for_are_those_that_there_are() -> None:
    assert tuple(formats.FORMATS) == FORMATS


def test_a_gpu_is_listed_by_any_of_its_names_with_the_colour_of_its_age(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["prices", "list", "--model", "NVIDIA H100 80GB HBM3", "--on", "2026-11-30"]) == 0
    lines = capsys.readouterr().out.splitlines()
    aws = next(line for line in lines if "p5.48xlarge us-east-1" in line and "on demand" in line)
    assert aws.split()[:8] == ["6.880", "H100", "on", "demand", "21", "d", "fresh", "yes"]
    assert any(" 96 d   red " in line and " no " in line for line in lines)
    assert lines[-1] == "32 prices known on 2026-11-30, 21 of them may decide"


def test_a_gpu_that_nobody_rents_out_is_said_to_be_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prices", "list", "--model", "abacus", "--on", "2026-11-30"]) == 1
    assert capsys.readouterr().out == "no price of abacus is known on 2026-11-30\n"


def test_an_import_says_what_became_of_each_row_and_writes_a_dated_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert take(tmp_path) == 0
    said = capsys.readouterr().out
    path = tmp_path / "skypilot-aws-2026-11-09.csv"
    assert said.splitlines() == [
        "skypilot-aws.csv, line 4, column SpotPrice: spot price equal to the on-demand price"
        " (read as no spot): dropped",
        "skypilot-aws.csv, line 5, column Price: same price a second time (of line 4): dropped",
        "skypilot-aws.csv, line 6, column Price: same price a second time (of line 4): dropped",
        "skypilot-aws.csv, line 8, column Price: blank price: dropped",
        "skypilot-aws.csv, line 9, column Price: blank price: dropped",
        "2 rows beside the matter: no GPU",
        "8 rows read, 5 prices taken; 5 remarks, 5 of them on what was dropped",
        str(path),
    ]
    assert len(load_prices(path)) == 5


def test_of_many_remarks_alike_three_are_shown_unless_all_are_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = Path(AWS).read_text(encoding="utf-8").splitlines()
    many = tmp_path / "many.csv"
    many.write_text("\n".join([rows[0], *[rows[3]] * 9]) + "\n", encoding="utf-8")
    asked = ["prices", "import", str(many), *TAKE[3:], *GIVEN, "--into", str(tmp_path / "out")]
    assert main(asked) == 0
    said = capsys.readouterr().out
    assert said.count("same price a second time (of") == 3
    assert "… 8 times in all: same price a second time: dropped" in said
    assert main([*asked, "--replace", "--every-remark"]) == 0
    assert capsys.readouterr().out.count("same price a second time (of") == 8


def test_a_table_is_replaced_only_when_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    take(tmp_path)
    assert take(tmp_path) == 2
    assert "is there already; say --replace to write over it" in capsys.readouterr().err
    assert take(tmp_path, "--replace") == 0


def test_a_file_without_a_gpu_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = Path(AWS).read_text(encoding="utf-8").splitlines()
    bare = tmp_path / "bare.csv"
    bare.write_text("\n".join(rows[:2]) + "\n", encoding="utf-8")
    folder = tmp_path / "out"
    asked = ["prices", "import", str(bare), *TAKE[3:], *GIVEN, "--into", str(folder)]
    assert main(asked) == 1
    assert capsys.readouterr().out.endswith("nothing was written\n")
    assert not folder.exists()


def test_a_file_of_another_format_is_asked_wrongly(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["prices", "import", AWS, "--format", "azure", *GIVEN, "--into", str(tmp_path)]
    assert main(asked) == 2
    assert "skypilot-aws.csv, line 1: is not JSON" in capsys.readouterr().err


def test_the_day_must_be_given(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main([*TAKE, "--licence", "x", "--into", str(tmp_path)])
    assert exit_.value.code == 2
    assert "--retrieved-on" in capsys.readouterr().err


def test_a_difference_names_moves_new_and_gone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = tmp_path / "old.csv", tmp_path / "new.csv"
    old.write_text(table_text([row(), row(provider="Gone")]))
    new.write_text(table_text([row(price=usd("7.74"), instance_price=None), row(provider="New")]))
    assert main(["prices", "diff", str(old), str(old)]) == 0
    assert capsys.readouterr().out == "0 moved by more than 5 %, 0 new, 0 gone, 2 steady\n"
    assert main(["prices", "diff", str(old), str(new)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "+12.5%  AWS p5.48xlarge us-east-1, H100, on demand: 6.88 USD on 2026-11-09"
        " -> 7.74 USD on 2026-11-09",
        "new     New p5.48xlarge us-east-1, H100, on demand: 6.88 USD on 2026-11-09",
        "gone    Gone p5.48xlarge us-east-1, H100, on demand: 6.88 USD on 2026-11-09",
        "1 moved by more than 5 %, 1 new, 1 gone, 0 steady",
    ]


def test_prices_are_carried_from_one_room_to_another(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here, there, key = tmp_path / "here", tmp_path / "there", tmp_path / "key"
    take(here)
    assert main(["prices", "keygen", str(key)]) == 0
    asked = ["prices", "bundle", str(here), "--month", "2026-11", "--key", str(key)]
    assert main([*asked, "--out", str(tmp_path)]) == 0
    assert main([*asked, "--out", str(tmp_path)]) == 2
    assert "say --replace" in capsys.readouterr().err
    bundle, trust = str(tmp_path / "prices-2026-11.tar.gz"), ["--trust", f"{key}.pub"]
    capsys.readouterr()
    assert main(["prices", "verify", bundle, *trust]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "skypilot-aws-2026-11-09.csv: 5 prices of 2026-11-09 to 2026-11-09, skypilot-aws"
        " (not said)",
        "the bundle of 2026-11 is whole and the sender's",
    ]
    assert main(["prices", "install", bundle, *trust, "--into", str(there)]) == 0
    assert load_prices(there) == load_prices(here)


def test_a_bundle_of_somebody_else_is_a_problem_found_and_is_not_installed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    take(tmp_path / "here")
    for name in ("key", "other"):
        main(["prices", "keygen", str(tmp_path / name)])
    asked = ["prices", "bundle", str(tmp_path / "here"), "--month", "2026-11"]
    main([*asked, "--key", str(tmp_path / "key"), "--out", str(tmp_path)])
    bundle, trust = str(tmp_path / "prices-2026-11.tar.gz"), str(tmp_path / "other.pub")
    capsys.readouterr()
    assert main(["prices", "verify", bundle, "--trust", trust]) == 1
    assert "its signature is not that of" in capsys.readouterr().out
    folder = tmp_path / "there"
    assert main(["prices", "install", bundle, "--trust", trust, "--into", str(folder)]) == 2
    assert not folder.exists()


def test_a_folder_of_tables_is_listed_in_place_of_the_bundled_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    take(tmp_path)
    capsys.readouterr()
    assert main(["prices", "list", "--on", "2026-11-30", "--prices", str(tmp_path)]) == 0
    assert capsys.readouterr().out.endswith("5 prices known on 2026-11-30, 5 of them may decide\n")
    shutil.copy(tmp_path / "skypilot-aws-2026-11-09.csv", tmp_path / "twice.csv")
    assert main(["prices", "list", "--prices", str(tmp_path)]) == 2
    assert "remove one of them" in capsys.readouterr().err
