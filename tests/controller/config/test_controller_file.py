"""`controller.toml`: what comes before what, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from thirdshift_controller.address import Address
from thirdshift_controller.config import ConfigError, load_controller


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "controller.toml"
    file.write_text('listen = "10.0.0.1:1"\ndatabase = "sqlite:///own.db"\n', encoding="utf-8")
    return file


ENVIRONMENT = {"THIRDSHIFT_LISTEN": "10.0.0.2:2", "THIRDSHIFT_DATABASE": "sqlite:///env.db"}


def test_the_file_comes_before_the_default(path: Path) -> None:
    config = load_controller(path, {})
    assert config.listen == Address("10.0.0.1", 1)
    assert config.database == f"sqlite:///{path.parent / 'own.db'}"
    assert config.reports == path.parent / "reports"


def test_a_table_left_out_has_its_files_beside_the_file_too(path: Path) -> None:
    assert load_controller(path, {}).evidence.folder == path.parent / "evidence"


def test_the_environment_comes_before_the_file(path: Path) -> None:
    config = load_controller(path, ENVIRONMENT)
    assert (config.listen, config.database) == (Address("10.0.0.2", 2), "sqlite:///env.db")


def test_a_flag_comes_before_the_environment(path: Path) -> None:
    config = load_controller(path, ENVIRONMENT, "sqlite:///flag.db", "[::1]:3")
    assert (config.listen, config.database) == (Address("::1", 3), "sqlite:///flag.db")


def test_a_bad_address_in_the_environment_is_not_blamed_on_the_file(path: Path) -> None:
    with pytest.raises(ConfigError, match=r"^--listen or THIRDSHIFT_LISTEN: .* \"host:port\"$"):
        load_controller(path, {"THIRDSHIFT_LISTEN": "8420"})


@pytest.mark.parametrize("url", ["sqlite:////srv/a.db", "sqlite://", "postgresql://db/thirdshift"])
def test_a_database_that_is_no_relative_file_is_taken_as_it_is(path: Path, url: str) -> None:
    path.write_text(f'database = "{url}"\n', encoding="utf-8")
    assert load_controller(path, {}).database == url


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('listen = "8420"', 'line 1: listen: "8420" is not an address'),
        ("[polling]\nworkers = 0", "line 2: polling.workers: must be at least 1, not 0"),
        ("[triage]\nburst_seconds = inf", "line 2: triage.burst_seconds: must be a finite"),
        (
            "[remedies]\nmode = 'on'",
            "line 2: remedies.mode: must be one of act, approve, dry_run, off",
        ),
        (
            "[remedies]\nknown_hosts_file = 'no'",
            "line 2: remedies.known_hosts_file: {}/no: there",
        ),
        ("[remedies]\nkey_file = 'no'", "line 2: remedies.key_file: {}/no: there is no such file"),
        ("[budget]\nwindow_seconds = 1e300", "line 2: budget.window_seconds: must be at most 1000"),
        ("[remedies]\nmode = 'act'", "line 1: remedies: known_hosts_file is missing"),
        (
            "[catalogue]\noverrides = 'nowhere'",
            "line 2: catalogue.overrides: there is no folder ",
        ),
        ("[remdies]", 'line 1: remdies: is not known here; did you mean "remedies"?'),
    ],
)
def test_a_mistake_is_named_with_its_line(path: Path, text: str, expected: str) -> None:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as refusal:
        load_controller(path, {})
    assert str(refusal.value).startswith(f"{path}, {expected.format(path.parent)}")


def test_the_sites_own_pages_lie_beside_the_file(path: Path) -> None:
    assert load_controller(path, {}).catalogue.overrides is None
    (path.parent / "runbooks").mkdir()
    path.write_text("[catalogue]\noverrides = 'runbooks'", encoding="utf-8")
    assert load_controller(path, {}).catalogue.overrides == path.parent / "runbooks"


def test_simulated_remedies_need_no_known_hosts(path: Path) -> None:
    path.write_text("[remedies]\nmode = 'act'\nadapter = 'simulated'", encoding="utf-8")
    assert load_controller(path, {}).remedies.known_hosts_file is None
