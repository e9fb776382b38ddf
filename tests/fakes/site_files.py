"""The four files of a site with one node, as their owner would write them."""

from __future__ import annotations

from pathlib import Path

LEAD, ANA, ALERTS = "lead-0123456789ab", "ana-0123456789abc", "alerts-0123456789"

SITE = """\
[site]
name = "one"
timezone = "America/Toronto"
[[rows]]
name = "R01"
[[rows.racks]]
name = "R01-01"
[[rows.racks.nodes]]
name = "gpu-0101"
rack_unit = "U04"
model = "hgx-h100-8"
gpus = 8
agent = "http://127.0.0.1:9400"
ssh = "127.0.0.1:22"
[[people]]
name = "ana"
skills = ["hands", "sxm", "power", "liquid"]
[[shifts]]
name = "day"
starts = "07:00"
ends = "07:00"
days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
person = "ana"
"""
COSTS = """\
currency = "USD"
[[assets]]
name = "GPU cards"
category = "gpu"
quantity = 8
unit_price = "30000.00"
bought_on = "2026-01-01"
life_months = 36
residual_ratio = "0.25"
source = "purchase order 17, 2025-11-20"
[[monthly]]
name = "Colocation"
category = "facility"
amount = "1500.00"
source = "contract 2025-12-01"
[energy]
price_per_kwh = "0.082"
pue = "1.35"
source = "utility bill 2026-09"
[capital]
cost_ratio_per_year = "0.10"
source = "loan agreement"
"""
TOKENS = f"""\
[[tokens]]
name = "lead"
role = "lead"
token = "{LEAD}"
[[tokens]]
name = "ana"
role = "technician"
person = "ana"
token = "{ANA}"
[[tokens]]
name = "alertmanager"
role = "alerts"
token = "{ALERTS}"
"""
CONTROLLER = 'database = "sqlite:///thirdshift.db"\n'

FILES = {
    "site.toml": SITE,
    "costs.toml": COSTS,
    "tokens.toml": TOKENS,
    "controller.toml": CONTROLLER,
}


def write_site(folder: Path, **changed: str) -> None:
    """Write all four; `controller="…"` and the like replace a file's text."""
    for name, text in FILES.items():
        path = folder / name
        path.touch(mode=0o600)
        path.write_text(changed.get(path.stem, text))
