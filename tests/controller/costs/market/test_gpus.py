"""The canonical names of GPUs, out of what drivers and catalogues call them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from controller.costs.market.rows import PRICES
from thirdshift_controller.costs.market.gpus import KNOWN, gpu_model
from thirdshift_controller.costs.market.prices import canonical_model
from thirdshift_controller.costs.market.providers import canonical_provider


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("hgx-h100-8", "H100"),
        ("NVIDIA H100 80GB HBM3", "H100"),
        ("NVIDIA H100 PCIe", "H100-PCIe"),
        ("NVIDIA H100 NVL", "H100-NVL"),
        ("NVIDIA A100-SXM4-80GB", "A100-80"),
        ("NVIDIA H200", "H200"),
        ("dgx-a100-8", None),
        ("abacus", None),
    ],
)
def test_a_gpu_is_known_by_any_of_its_names(name: str, model: str | None) -> None:
    assert canonical_model(name, PRICES) == model


@pytest.mark.parametrize(
    ("name", "mem_gib", "sku", "model"),
    [
        ("H100", "80", "p5.48xlarge", "H100"),
        ("H100", "80", "gpu_1x_h100_pcie", "H100-PCIe"),
        ("H100NVL", None, "", "H100-NVL"),
        ("h100-sxm", "80", "", "H100"),
        ("A100", "40", "BM.GPU4.8", "A100-40"),
        ("A100-80GB", "80", "BM.GPU.A100-v2.8", "A100-80"),
        ("a100-pcie-80", "80", "", "A100-80"),
        ("A100", None, "", None),
        ("V100", "16", "gpu_8x_v100", "V100-16"),
        ("A10", "24", "BM.GPU.A10.4", "A10"),
        ("A10G", "24", "g5.xlarge", "A10G"),
        ("L40S", "48", "gpu-l40s-d_1gpu-16vcpu-96gb", "L40S"),
        ("GB200", "192", "GB200 NVL72", "GB200"),
        ("rtx-pro-6000-wk", "96", "", "RTXPRO6000"),
        ("RTX 6000 Ada Generation", "48", "", "RTX6000-Ada"),
        ("RTX4090", "24", "", "RTX4090"),
        ("rtx-a4000", "16", "", "A4000"),
        ("MI355X", "288", "", "MI355X"),
        ("Trainium2", None, "", None),
    ],
)
def test_a_catalogues_gpu_gets_its_canonical_name(
    name: str, mem_gib: str | None, sku: str, model: str | None
) -> None:
    assert gpu_model(name, Decimal(mem_gib) if mem_gib else None, sku) == model


@pytest.mark.parametrize("model", KNOWN)
def test_a_canonical_name_stands_for_itself(model: str) -> None:
    assert gpu_model(model) == model


def test_every_gpu_of_the_bundled_table_is_known() -> None:
    assert {price.gpu_model for price in PRICES} <= set(KNOWN)


@pytest.mark.parametrize(
    ("name", "known"),
    [("aws", "AWS"), ("lambdalabs", "Lambda"), ("Massed Compute", "Massed Compute"), ("x", "x")],
)
def test_a_provider_has_one_name(name: str, known: str) -> None:
    assert canonical_provider(name) == known
