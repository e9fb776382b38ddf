"""SkyPilot's catalogue: real rows of five clouds, and its traps one by one."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.costs.market.files import EXCERPTS, RETRIEVED, excerpt, imported, traps, unaccounted
from thirdshift_controller.config import ConfigError
from thirdshift_controller.costs.market.importers.remarks import Done, Trap
from thirdshift_controller.costs.market.record import PurchaseOption, Quality

HEADER = (
    "InstanceType,AcceleratorName,AcceleratorCount,vCPUs,MemoryGiB,GpuInfo,Price,SpotPrice,"
    "Region,AvailabilityZone"
)
INFO = "\"{'Gpus': [{'Name': 'H100', 'Count': 8, 'MemoryInfo': {'SizeInMiB': 81920}}]}\""
GOOD = f"p5.48xlarge,H100,8.0,192.0,2048.0,{INFO},55.04,19.2531,us-east-1,use1-az2"
CLOUDS = ("aws", "runpod", "nebius", "lambda", "oci")


@pytest.mark.parametrize(
    ("cloud", "sku", "model", "per_gpu"),
    [
        ("aws", "p5.48xlarge", "H100", "6.88"),
        ("aws", "p5.4xlarge", "H100", "6.88"),
        ("runpod", "2x_A100-80GB_SECURE", "A100-80", "1.39"),
        ("nebius", "gpu-h100-sxm_8gpu-128vcpu-1600gb", "H100", "2.95"),
        ("nebius", "gpu-b200-sxm_8gpu-160vcpu-1792gb", "B200", "5.50"),
        ("lambda", "gpu_8x_h100_sxm5", "H100", "3.99"),
        ("lambda", "gpu_8x_b200_sxm6", "B200", "6.69"),
        ("lambda", "gpu_8x_v100", "V100-16", "0.79"),
        ("oci", "BM.GPU.H100.8", "H100", "10"),
        ("oci", "BM.GPU.A100-v2.8", "A100-80", "4"),
        ("oci", "BM.GPU4.8", "A100-40", "3.05"),
        ("oci", "BM.GPU.MI355X.8", "MI355X", "8.6"),
    ],
)
def test_the_published_price_of_a_gpu_hour_comes_out(
    cloud: str, sku: str, model: str, per_gpu: str
) -> None:
    found = excerpt("skypilot", f"skypilot-{cloud}.csv", cloud)
    on_demand = [p for p in found.prices if p.purchase_option is PurchaseOption.ON_DEMAND]
    (price,) = (price for price in on_demand if price.sku == sku)
    assert (price.gpu_model, price.price.amount) == (model, Decimal(per_gpu))
    assert (price.as_of, price.quality, price.licence) == (RETRIEVED, Quality.LIST, "not said")
    assert price.sha256 is not None


@pytest.mark.parametrize("cloud", CLOUDS)
def test_no_row_of_a_real_catalogue_vanishes(cloud: str) -> None:
    found = excerpt("skypilot", f"skypilot-{cloud}.csv", cloud)
    assert found.rows > 0
    assert unaccounted(found) == 0


def test_a_zone_has_its_own_spot_price_and_no_own_price_on_demand() -> None:
    found = excerpt("skypilot", "skypilot-aws.csv", "aws")
    p5 = [price for price in found.prices if price.sku == "p5.48xlarge"]
    assert [(p.purchase_option, p.region, p.price.amount) for p in p5] == [
        (PurchaseOption.ON_DEMAND, "us-east-1", Decimal("6.88")),
        (PurchaseOption.SPOT, "use1-az2", Decimal("2.4066375")),
        (PurchaseOption.SPOT, "use1-az3", Decimal("2.6442875")),
    ]
    assert traps(found) == {
        (Trap.DUPLICATE, Done.DROPPED): 2,
        (Trap.SPOT_EQUAL, Done.DROPPED): 1,
        (Trap.BLANK_PRICE, Done.DROPPED): 2,
    }
    assert found.beside == {"no GPU": 2}


def test_a_row_without_a_price_still_gives_its_spot_price() -> None:
    found = excerpt("skypilot", "skypilot-aws.csv", "aws")
    (spot,) = (price for price in found.prices if price.sku == "p5e.48xlarge")
    assert (spot.purchase_option, spot.price.amount) == (PurchaseOption.SPOT, Decimal("2.428175"))


def test_mebibytes_that_are_gibibytes_are_said_and_mended() -> None:
    found = excerpt("skypilot", "skypilot-runpod.csv", "runpod")
    assert traps(found)[Trap.UNIT, Done.MARKED] == 3
    assert {price.gpu_mem_gib for price in found.prices} == {Decimal(80)}
    assert {price.country for price in found.prices} == {"CA", "US", "IN"}


def test_what_a_marketplace_sells_on_demand_is_a_markets_price() -> None:
    found = imported("skypilot", f"{HEADER}\n{GOOD}\n", provider="vast")
    assert [(p.provider, p.purchase_option, p.n_quotes) for p in found.prices] == [
        ("Vast", PurchaseOption.MARKET, None),
        ("Vast", PurchaseOption.SPOT, None),
    ]


@pytest.mark.parametrize(
    ("row", "column", "trap"),
    [
        (GOOD.replace("55.04", "-1"), "Price", Trap.NOT_POSITIVE),
        (GOOD.replace("55.04", "0"), "Price", Trap.NOT_POSITIVE),
        (GOOD.replace("55.04", "call us"), "Price", Trap.NOT_A_NUMBER),
        (GOOD.replace("55.04", "nan"), "Price", Trap.NOT_A_NUMBER),
        (GOOD.replace("55.04", "1e300"), "Price", Trap.NOT_A_NUMBER),
        (GOOD.replace("55.04", ""), "Price", Trap.BLANK_PRICE),
        (GOOD.replace("19.2531", "-2"), "SpotPrice", Trap.NOT_POSITIVE),
        (GOOD.replace(",8.0,", ",0.5,"), "AcceleratorCount", Trap.FRACTION),
        (
            GOOD.replace("H100,8.0", "Trainium2,8.0").replace("'H100'", "'T2'"),
            "AcceleratorName",
            Trap.UNKNOWN_GPU,
        ),
        (GOOD.replace("{'Gpus'", "{Gpus"), "GpuInfo", Trap.UNREADABLE),
        (GOOD.replace("{'Gpus'", "__import__('os')#"), "GpuInfo", Trap.UNREADABLE),
    ],
)
def test_a_trap_is_remarked_on_with_line_and_column(row: str, column: str, trap: Trap) -> None:
    found = imported("skypilot", f"{HEADER}\n{row}\n", provider="aws")
    (remark,) = found.remarks
    assert (remark.line, remark.column, remark.what) == (2, column, trap)
    assert str(remark).startswith(f"vms.csv, line 2, column {column}: {trap}")
    assert unaccounted(found) == 0


def test_two_prices_for_one_thing_contradict_each_other_and_neither_is_taken() -> None:
    lines = "\n".join([HEADER, GOOD, GOOD.replace("55.04", "60.00")])
    found = imported("skypilot", lines + "\n", provider="aws")
    assert [price.purchase_option for price in found.prices] == [PurchaseOption.SPOT]
    assert traps(found) == {
        (Trap.CONFLICT, Done.DROPPED): 2,
        (Trap.DUPLICATE, Done.DROPPED): 1,
    }


def test_whose_prices_they_are_must_be_given() -> None:
    with pytest.raises(ConfigError, match="does not say whose prices it holds; add --provider"):
        imported("skypilot", f"{HEADER}\n{GOOD}\n")


def test_another_header_is_refused_with_the_nearest_column() -> None:
    with pytest.raises(ConfigError) as refusal:
        imported("skypilot", f"{HEADER.replace('GpuInfo', 'GPUInfo')}\n{GOOD}\n", provider="aws")
    assert str(refusal.value) == (
        'vms.csv, line 1: the column GpuInfo is missing; did you mean "GPUInfo"?'
    )


def test_a_file_that_was_cut_short_is_refused() -> None:
    with pytest.raises(ConfigError, match="line 3: must have 10 cells as line 1 has; fetch it"):
        imported("skypilot", f"{HEADER}\n{GOOD}\np5.48xlarge,H1", provider="aws")


@settings(deadline=None)
@given(st.permutations(range(11)))
def test_any_order_of_the_columns_imports_the_same(order: list[int]) -> None:
    text = (EXCERPTS / "skypilot-aws.csv").read_text(encoding="utf-8")
    shuffled = io.StringIO()
    rows = csv.reader(io.StringIO(text))
    csv.writer(shuffled).writerows([[row[at] for at in order] for row in rows])
    ours, theirs = (
        imported("skypilot", one, provider="aws") for one in (text, shuffled.getvalue())
    )
    assert [price.price for price in ours.prices] == [price.price for price in theirs.prices]
    assert [price.series for price in ours.prices] == [price.series for price in theirs.prices]
    assert (ours.remarks, ours.beside) == (theirs.remarks, theirs.beside)
