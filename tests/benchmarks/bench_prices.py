"""A 5 MB catalogue taken in with its traps, beside only reading its rows with the csv module."""

from __future__ import annotations

import csv
import io
import random
from datetime import date
from pathlib import Path

from benchmarks import results
from benchmarks.paired import seconds
from thirdshift_controller.costs.market.importers import skypilot
from thirdshift_controller.costs.market.importers.remarks import Imported, Trap
from thirdshift_controller.costs.market.importers.source import Given, SourceFile
from thirdshift_controller.costs.market.table import load_prices, table_text

SIZE_BYTES = 5_000_000
AIM_SECONDS = 2.0
ROUNDS = 5
GIVEN = Given(date(2026, 11, 9), "not said", "skypilot-aws", "aws")
HEADER = "InstanceType,AcceleratorName,AcceleratorCount,vCPUs,MemoryGiB,GpuInfo,Price,SpotPrice"
MACHINES = (
    ("p5.48xlarge", "H100", 8, 192, 2048, 81920, 55.04),
    ("p5en.48xlarge", "H200", 8, 192, 2048, 144384, 63.296),
    ("p4d.24xlarge", "A100", 8, 96, 1152, 40960, 21.957642),
    ("g6e.12xlarge", "L40S", 4, 48, 384, 49152, 10.49264),
    ("g4dn.xlarge", "T4", 1, 4, 16, 16384, 0.526),
)


def catalogue(size_bytes: int) -> str:
    """Rows as AWS's are: two of three without a GPU, six zones a region, and every trap."""
    chance, lines = random.Random(2026), [f"{HEADER},Region,AvailabilityZone,Arch"]
    written = 0
    while written < size_bytes:
        region = f"region-{len(lines) // 90}"
        lines.extend(_machine(chance, region, len(lines)) for _ in range(30))
        written += sum(map(len, lines[-30:])) + 30
    return "\n".join(lines) + "\n"


def _machine(chance: random.Random, region: str, number: int) -> str:
    zone = f"{region}-az{number % 6}"
    if chance.random() < 2 / 3:
        return f"m7i.{number % 48}xlarge,,,8.0,32.0,,0.4032,0.1905,{region},{zone},x86_64"
    name, gpu, count, vcpu, memory, mib, price = chance.choice(MACHINES)
    info = (
        f"\"{{'Gpus': [{{'Name': '{gpu}', 'Manufacturer': 'NVIDIA', 'Count': {count},"
        f" 'MemoryInfo': {{'SizeInMiB': {chance.choice((mib, mib, mib // 1024))}}}}}],"
        f" 'TotalGpuMemoryInMiB': {count * mib}}}\""
    )
    asked = chance.choice((price, price, price, price, "", -price))
    spot = chance.choice((price, "", round(price * chance.uniform(0.2, 0.9), 4)))
    cells = (name, gpu, float(count), float(vcpu), float(memory), info, asked, spot)
    return ",".join(map(str, (*cells, region, zone, "x86_64")))


def test_a_catalogue_beside_reading_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "vms.csv"
    path.write_text(catalogue(SIZE_BYTES), encoding="utf-8")
    found: list[Imported] = []

    def ours() -> None:
        found.append(skypilot.read(SourceFile.read(path), GIVEN))

    def floor() -> None:
        for _ in csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))):
            pass

    took, bare = (
        min(seconds(ours) for _ in range(ROUNDS)),
        min(seconds(floor) for _ in range(ROUNDS)),
    )
    name = f"import of {path.stat().st_size / 1e6:.1f} MB, {found[0].rows:,} rows"
    results.add(name, took, bare, "s", "csv.DictReader over it")
    met = {remark.what for remark in found[0].remarks}
    assert {Trap.BLANK_PRICE, Trap.SPOT_EQUAL, Trap.UNIT, Trap.NOT_POSITIVE, Trap.DUPLICATE} <= met
    assert took <= AIM_SECONDS


def test_a_stored_table_beside_reading_its_rows(tmp_path: Path) -> None:
    source, path = tmp_path / "vms.csv", tmp_path / "stored.csv"
    source.write_text(catalogue(SIZE_BYTES), encoding="utf-8")
    prices = skypilot.read(SourceFile.read(source), GIVEN).prices
    path.write_text(table_text(prices), encoding="utf-8")

    def floor() -> None:
        for _ in csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))):
            pass

    took = min(seconds(lambda: load_prices(path)) for _ in range(ROUNDS))
    bare = min(seconds(floor) for _ in range(ROUNDS))
    results.add(
        f"a table of {len(prices):,} prices read", took, bare, "s", "csv.DictReader over it"
    )
    assert load_prices(path) == prices
