"""A bundle of prices: the same bytes every time, and refused when anything in it is wrong."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from controller.costs.market.rows import PRICES, row, usd
from thirdshift_controller.config import ConfigError
from thirdshift_controller.costs.market import signing
from thirdshift_controller.costs.market.bundle import (
    MANIFEST,
    MOST_BYTES,
    SIGNATURE,
    install,
    pack,
    unpack,
)
from thirdshift_controller.costs.market.prices import load_prices
from thirdshift_controller.costs.market.table import table_text

Contents = dict[str, bytes]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder of two tables."""
    folder = tmp_path / "tables"
    folder.mkdir()
    (folder / "a.csv").write_text(table_text(PRICES), encoding="utf-8")
    (folder / "b.csv").write_text(table_text([row(provider="Ours")]), encoding="utf-8")
    return folder


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """The secret key of the sender; its public one is beside it."""
    signing.write_keys(tmp_path / "key")
    return tmp_path / "key"


@pytest.fixture
def bundle(place: Path, key: Path, tmp_path: Path) -> Path:
    path = tmp_path / "prices-2026-11.tar.gz"
    path.write_bytes(pack(place, "2026-11", key))
    return path


def public(key: Path) -> Path:
    return key.with_name("key.pub")


def opened(path: Path) -> Contents:
    with tarfile.open(path) as archive:
        return {name: archive.extractfile(name).read() for name in archive.getnames()}  # type: ignore[union-attr]


def packed(path: Path, members: list[tuple[str, bytes]]) -> None:
    with tarfile.open(path, "w:gz") as archive:
        for name, content in members:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))


def signed(contents: Contents, key: Path, told: Callable[[dict[str, object]], object]) -> None:
    """Change the first table's entry in the manifest and sign it again."""
    manifest = json.loads(contents[MANIFEST])
    told(manifest["tables"][0])
    contents[MANIFEST] = json.dumps(manifest).encode()
    contents[SIGNATURE] = signing.sign(key, contents[MANIFEST])


def test_the_same_tables_and_key_give_the_same_bytes(place: Path, key: Path) -> None:
    first = pack(place, "2026-11", key)
    shutil.copytree(place, place.with_name("elsewhere"))
    assert pack(place.with_name("elsewhere"), "2026-11", key) == first


def test_what_was_packed_is_unpacked_and_installed(bundle: Path, key: Path, tmp_path: Path) -> None:
    found = unpack(bundle, public(key))
    assert found.month == "2026-11"
    assert [(one.name, one.rows) for one in found.tables] == [("a.csv", len(PRICES)), ("b.csv", 1)]
    assert found.tables[0].licences == ("CC-BY-4.0", "not said")
    install(found, tmp_path / "new", replace=False)
    assert load_prices(tmp_path / "new")[:-1] == PRICES


def test_another_key_or_a_changed_manifest_is_no_signature(
    bundle: Path, key: Path, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match="its signature is not that of"):
        unpack(bundle, signing.write_keys(tmp_path / "other"))
    contents = opened(bundle)
    contents[MANIFEST] = contents[MANIFEST].replace(b"2026-11", b"2026-12", 1)
    packed(bundle, list(contents.items()))
    with pytest.raises(ConfigError, match="its signature is not that of"):
        unpack(bundle, public(key))


def test_a_changed_price_is_another_hash(bundle: Path, key: Path) -> None:
    contents = opened(bundle)
    contents["b.csv"] = contents["b.csv"].replace(b"6.88", b"1.00").replace(b"55.04", b"8.00")
    packed(bundle, list(contents.items()))
    with pytest.raises(ConfigError, match=r"the hash of b\.csv is not that of the manifest"):
        unpack(bundle, public(key))


def test_a_wrong_count_is_said_with_both_numbers(bundle: Path, key: Path) -> None:
    contents = opened(bundle)
    signed(contents, key, lambda told: told.update(rows=7))
    packed(bundle, list(contents.items()))
    with pytest.raises(ConfigError, match=rf"a\.csv has {len(PRICES)} rows, the manifest says 7"):
        unpack(bundle, public(key))


def test_a_table_that_is_signed_and_bad_is_refused_all_the_same(bundle: Path, key: Path) -> None:
    contents = opened(bundle)
    contents["a.csv"] = b"provider,price\nAWS,6.88\n"
    digest = hashlib.sha256(contents["a.csv"]).hexdigest()
    signed(contents, key, lambda told: told.update(rows=1, sha256=digest))
    packed(bundle, list(contents.items()))
    with pytest.raises(ConfigError, match="column price: is not known here"):
        unpack(bundle, public(key))


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda c: c.pop(SIGNATURE), "it lacks manifest.json or manifest.sig"),
        (lambda c: c.pop(MANIFEST), "it lacks manifest.json or manifest.sig"),
        (lambda c: c.pop("b.csv"), "manifest and contents differ in b.csv"),
        (lambda c: c.update({"c.csv": b"x"}), "manifest and contents differ in c.csv"),
        (lambda c: c.update({"../c.csv": b"x"}), "../c.csv is no table; it is refused"),
        (lambda c: c.update({".csv": b"x"}), ".csv is no table; it is refused"),
        (lambda c: c.update({"run.sh": b"x"}), "run.sh is no table; it is refused"),
    ],
)
def test_what_is_missing_or_does_not_belong_is_named(
    bundle: Path, key: Path, change: Callable[[Contents], object], complaint: str
) -> None:
    contents = opened(bundle)
    change(contents)
    packed(bundle, list(contents.items()))
    with pytest.raises(ConfigError) as refusal:
        unpack(bundle, public(key))
    assert complaint in str(refusal.value)


def test_a_name_that_is_in_it_twice_is_refused(bundle: Path, key: Path) -> None:
    contents = opened(bundle)
    packed(bundle, [*contents.items(), ("a.csv", contents["a.csv"])])
    with pytest.raises(ConfigError, match=r"a\.csv is in it twice"):
        unpack(bundle, public(key))


@pytest.mark.parametrize(
    "content", [b"", b"PK", gzip.compress(b"no tar file" * 99)], ids=["empty", "zip", "gzip"]
)
def test_what_is_no_archive_is_refused(bundle: Path, key: Path, content: bytes) -> None:
    bundle.write_bytes(content)
    with pytest.raises(ConfigError, match=r"prices-2026-11\.tar\.gz"):
        unpack(bundle, public(key))


def test_a_bundle_cut_short_is_refused(bundle: Path, key: Path) -> None:
    bundle.write_bytes(bundle.read_bytes()[:-200])
    with pytest.raises(ConfigError, match="cannot be read as a bundle"):
        unpack(bundle, public(key))


def test_a_bomb_is_not_unpacked(bundle: Path, key: Path) -> None:
    bundle.write_bytes(gzip.compress(b"\0" * (MOST_BYTES + 1)))
    with pytest.raises(ConfigError, match="is larger than 67108864 bytes"):
        unpack(bundle, public(key))


def test_other_prices_of_the_same_name_are_replaced_only_when_asked(
    bundle: Path, key: Path, tmp_path: Path
) -> None:
    folder, found = tmp_path / "new", unpack(bundle, public(key))
    install(found, folder, replace=False)
    install(found, folder, replace=False)
    (folder / "b.csv").write_text(table_text([row(price=usd("1.00"), instance_price=None)]))
    with pytest.raises(ConfigError, match=r"b\.csv is there with other prices; say --replace"):
        install(found, folder, replace=False)
    install(found, folder, replace=True)
    assert len(load_prices(folder)) == len(PRICES) + 1


def test_nothing_is_installed_where_a_price_would_stand_twice(
    bundle: Path, key: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "new"
    folder.mkdir()
    (folder / "own.csv").write_text(table_text([row()]))
    with pytest.raises(ConfigError, match=r"stands for 2026-11-09 in .* too"):
        install(unpack(bundle, public(key)), folder, replace=True)
    assert [path.name for path in folder.iterdir()] == ["own.csv"]


def test_a_bad_or_an_empty_table_is_never_packed(place: Path, key: Path) -> None:
    (place / "c.csv").write_text(table_text([]))
    with pytest.raises(ConfigError, match=r"c\.csv has no row; leave it out"):
        pack(place, "2026-11", key)
    (place / "c.csv").write_text(table_text([row()]))
    with pytest.raises(ConfigError, match="remove one of them"):
        pack(place, "2026-11", key)


def test_the_secret_key_is_its_owners_alone_and_never_overwritten(key: Path) -> None:
    assert key.stat().st_mode & 0o777 == 0o600
    before = key.read_bytes()
    with pytest.raises(ConfigError, match="a key is never overwritten"):
        signing.write_keys(key)
    assert key.read_bytes() == before


def test_a_file_that_is_no_key_is_refused(place: Path, key: Path, bundle: Path) -> None:
    with pytest.raises(ConfigError, match="holds no secret key of ours"):
        pack(place, "2026-11", public(key))
    with pytest.raises(ConfigError, match="holds no public key of ours"):
        unpack(bundle, key)
