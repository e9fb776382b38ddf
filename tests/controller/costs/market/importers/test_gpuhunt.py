"""gpuhunt's catalogue: columns as they are published, and older files without a vendor."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.costs.market.files import imported, traps, unaccounted
from thirdshift_controller.costs.market.importers.remarks import Done, Trap
from thirdshift_controller.costs.market.record import PurchaseOption

HEADER = (
    "instance_name,location,price,cpu,memory,gpu_count,gpu_name,gpu_memory,spot,disk_size,"
    "gpu_vendor,flags,cpu_arch,provider_data"
)
ROWS = (
    "p5.48xlarge,us-east-1,55.04,192,2048.0,8,H100,80.0,False,,nvidia,,x86,{}",
    "p5.48xlarge,us-east-1,10.2397,192,2048.0,8,H100,80.0,True,,nvidia,,x86,{}",
    "p4d.24xlarge,ca-central-1,25.25174,96,1152.0,8,A100,40.0,False,,nvidia,,x86,{}",
    "m8i.xlarge,us-east-1,0.2117,4,16.0,0,,,False,,,,x86,{}",
    "tpu-v5p-8,us-east5,16.8,208,448.0,4,v5p,0,False,,google,,x86,{}",
    "g6f.xlarge,us-east-1,0.24,4,16.0,0.25,L4,24.0,False,,nvidia,,x86,{}",
    "vm-x,us-east-1,1.00,4,16.0,1,X9000,24.0,False,,nvidia,,x86,{}",
)
CATALOGUE = "\n".join([HEADER, *ROWS]) + "\n"


def test_the_provider_is_the_files_name_and_the_price_that_of_all_gpus() -> None:
    found = imported("gpuhunt", CATALOGUE, "aws.csv")
    assert [(p.provider, p.gpu_model, p.purchase_option, p.price.amount) for p in found.prices] == [
        ("AWS", "H100", PurchaseOption.ON_DEMAND, Decimal("6.88")),
        ("AWS", "H100", PurchaseOption.SPOT, Decimal("1.2799625")),
        ("AWS", "A100-40", PurchaseOption.ON_DEMAND, Decimal("3.1564675")),
    ]
    assert imported("gpuhunt", CATALOGUE, "catalog.csv", "oci").prices[0].provider == "OCI"


def test_every_row_is_a_price_a_remark_or_beside_the_matter() -> None:
    found = imported("gpuhunt", CATALOGUE, "aws.csv")
    assert found.beside == {"no GPU": 2}
    assert traps(found) == {(Trap.FRACTION, Done.DROPPED): 1, (Trap.UNKNOWN_GPU, Done.DROPPED): 1}
    assert unaccounted(found) == 0


def test_a_spot_row_at_the_price_on_demand_is_read_as_no_spot() -> None:
    repeated = ROWS[0].replace("False", "True")
    found = imported("gpuhunt", "\n".join([HEADER, ROWS[0], repeated]) + "\n", "aws.csv")
    assert [price.purchase_option for price in found.prices] == [PurchaseOption.ON_DEMAND]
    assert traps(found) == {(Trap.SPOT_EQUAL, Done.DROPPED): 1}
    assert unaccounted(found) == 0


def test_an_older_file_without_a_vendor_is_of_nvidias_gpus_but_for_its_tpus() -> None:
    header = "instance_name,location,price,cpu,memory,gpu_count,gpu_name,gpu_memory,spot"
    lines = (
        header,
        "gpu_8x_h100_sxm5,us-east-1,31.92,208,1800,8,H100,80,False",
        "tpu-v4,us-central2,12.88,240,407,4,tpu-v4,32,False",
    )
    found = imported("gpuhunt", "\n".join(lines) + "\n", "lambdalabs.csv")
    (price,) = found.prices
    assert (price.provider, price.price.amount) == ("Lambda", Decimal("3.99"))
    assert found.beside == {"no GPU": 1}


@pytest.mark.parametrize(
    ("old", "new", "trap"),
    [
        ("55.04", "", Trap.BLANK_PRICE),
        ("55.04", "-55.04", Trap.NOT_POSITIVE),
        ("80.0,False", "80.0,maybe", Trap.UNREADABLE),
    ],
)
def test_a_trap_is_remarked_on(old: str, new: str, trap: Trap) -> None:
    found = imported("gpuhunt", f"{HEADER}\n{ROWS[0].replace(old, new)}\n", "aws.csv")
    assert found.prices == ()
    assert traps(found) == {(trap, Done.DROPPED): 1}


@settings(deadline=None)
@given(st.permutations(range(14)))
def test_any_order_of_the_columns_imports_the_same(order: list[int]) -> None:
    shuffled = io.StringIO()
    rows = csv.reader(io.StringIO(CATALOGUE))
    csv.writer(shuffled).writerows([[row[at] for at in order] for row in rows])
    theirs = imported("gpuhunt", shuffled.getvalue(), "aws.csv")
    ours = imported("gpuhunt", CATALOGUE, "aws.csv")
    assert [(p.series, p.price) for p in ours.prices] == [
        (p.series, p.price) for p in theirs.prices
    ]
    assert ours.remarks == theirs.remarks
