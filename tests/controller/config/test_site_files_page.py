"""What `docs/site-files.md` shows is what the controller reads."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from servers.certificates import Authority
from thirdshift_controller.config import (
    Caller,
    ConfigError,
    ControllerFile,
    Mode,
    RemediesTable,
    load_controller,
    load_site,
    load_tokens,
)
from thirdshift_controller.config.site_tables import SiteFile
from thirdshift_controller.config.source import Table, read_toml
from thirdshift_controller.costs.posting import Line
from thirdshift_controller.reports.opening import open_accounts
from thirdshift_controller.wire import Role, Scope

PAGE = Path(__file__).parents[3] / "docs" / "site-files.md"
EXAMPLE = re.compile(
    r"^###? (\S+\.(?:toml|csv))\n```(?:toml|csv)\n(.*?)^```$", re.MULTILINE | re.DOTALL
)
ELSEWHERE = {"mail"}
"""Shown whole in `docs/exports.md`, to which `test_mail_table.py` holds it."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The documented files, as a reader of the page would save them."""
    for name, text in EXAMPLE.findall(PAGE.read_text(encoding="utf-8")):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
    for name in ("alertmanager.token", "agents.token", "bmc.password"):
        token = tmp_path / name
        token.write_text("0123456789abcdef\n", encoding="utf-8")
        token.chmod(0o600)
    for name in ("known_hosts", "id_ed25519"):
        (tmp_path / name).touch()
    (tmp_path / "runbooks").mkdir()
    Authority(tmp_path, "agents-ca").issue("controller")
    Authority(tmp_path, "bmc-ca")
    return tmp_path


def test_the_documented_controller_file_loads(folder: Path) -> None:
    config = load_controller(folder / "controller.toml", {})
    assert config.site == folder / "site.toml"
    assert config.database == f"sqlite:///{folder / 'thirdshift.db'}"
    assert (config.reports, config.closed) == (folder / "reports", folder / "closed")
    assert config.mail is not None
    assert config.mail.to == ("lead@site.example", "finance@site.example")
    assert config.catalogue.overrides == folder / "runbooks"
    assert config.remedies.mode is Mode.ACT
    assert config.remedies.known_hosts_file == folder / "known_hosts"
    assert {path.name for path in config.agents.files} == {
        *("agents-ca.pem", "controller.pem", "controller.key", "agents.token")
    }


def test_the_documented_values_are_the_defaults(folder: Path) -> None:
    config, default = load_controller(folder / "controller.toml", {}), ControllerFile()
    assert (config.listen, config.polling, config.triage) == (
        default.listen,
        default.polling,
        default.triage,
    )
    assert config.scheduler == default.scheduler
    assert config.budget == default.budget
    files = {"password_file": None, "ca_file": None}
    assert config.bmc.model_copy(update=files) == default.bmc
    changed = {"mode": Mode.OFF, "key_file": None, "known_hosts_file": None}
    assert config.remedies.model_copy(update=changed) == RemediesTable()


def test_every_key_of_the_controller_file_is_shown_or_told_elsewhere(folder: Path) -> None:
    config = load_controller(folder / "controller.toml", {})
    assert ControllerFile.model_fields.keys() - config.model_fields_set == {"handoff"}
    unshown = {
        f"{name}.{key}"
        for name in config.model_fields_set - ELSEWHERE
        if isinstance(table := getattr(config, name), Table)
        for key in _unshown(table)
    }
    told = PAGE.read_text(encoding="utf-8")
    assert unshown == {
        f"scheduler.{key}"
        for key in ("slurm_conf", "bin_folder", "kubeconfig", "context", "evict")
        if f"`{key}`" in told
    }


def test_every_key_of_the_site_file_is_shown(folder: Path) -> None:
    file = read_toml(folder / "site.toml", SiteFile)
    rack = file.rows[0].racks[0]
    tables = (file, file.site, file.rows[0], rack, file.people[0], file.shifts[0])
    assert [_unshown(table) for table in tables] == [set()] * len(tables)
    assert _unshown(rack.nodes[0]) == {"switch", "feeds", "cooling"}, "shown of the rack"


def _unshown(table: Table) -> set[str]:
    return type(table).model_fields.keys() - table.model_fields_set


def test_the_documented_site_loads(folder: Path) -> None:
    site, roster = load_site(folder / "site.toml")
    assert site.gpus_installed == 8
    assert site.by_name["gpu-0101"].agent == "https://10.0.1.1:9400"
    assert site.by_name["gpu-0101"].ssh == "10.0.1.1:22"
    assert site.by_name["gpu-0101"].bmc == "https://10.0.2.1"
    assert site.places_of["gpu-0101"] == (
        (Scope.NODE, "gpu-0101"),
        (Scope.RACK, "R01-01"),
        (Scope.GANG, "nvl-01"),
        (Scope.SWITCH, "leaf-07"),
        (Scope.FEED, "A1"),
        (Scope.FEED, "B1"),
        (Scope.COOLING, "loop-2"),
    )
    assert roster.skills_of("ana") == {"hands", "sxm"}
    assert roster.shifts[0].days == frozenset(range(7))


def test_the_documented_accounts_open(folder: Path) -> None:
    accounts = open_accounts(folder / "costs.toml", *load_site(folder / "site.toml"))
    assets = accounts.books.assets
    assert {asset.line for asset in assets} == {Line.GPU_CARDS, Line.NODES}
    assert assets[0].quantity == accounts.site.gpus_installed
    assert [contract.line for contract in accounts.books.contracts] == [Line.COLO]
    assert [tariff.name for tariff in accounts.power.tariffs] == ["All in"]
    assert any(price.gpu_model == "H100" for price in accounts.prices), "the bundled ones"
    assert accounts.remarks == ()


def test_a_tariff_in_a_currency_without_a_rate_is_refused_at_the_start(folder: Path) -> None:
    power = folder / "power.toml"
    text = power.read_text(encoding="utf-8").replace('currency = "USD"', 'currency = "CAD"')
    power.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"power\.toml: hall\.currency: no rate .* CAD and USD"):
        open_accounts(folder / "costs.toml", *load_site(folder / "site.toml"))


def test_the_documented_tokens_load(folder: Path) -> None:
    _, roster = load_site(folder / "site.toml")
    file = folder / "tokens.toml"
    with pytest.raises(ConfigError, match="the token is the documentation's"):
        load_tokens(file, roster)
    file.write_text(file.read_text().replace("replace-me", "made-with"))
    book = load_tokens(file, roster)
    ana = book.identify("made-with-with-openssl-rand-hex-24")
    assert ana == Caller("ana's console", Role.TECHNICIAN, "ana")
    assert book.identify("0123456789abcdef") == Caller("alertmanager", Role.ALERTS, None)
