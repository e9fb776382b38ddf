"""The files of a site with one node, as their owner would write them."""

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
[files]
assets = "assets.csv"
power = "power.toml"
[capital]
cost_ratio_per_year = "0.10"
source = "loan agreement"
as_of = 2025-12-01
[[contracts]]
name = "Colocation"
line = "colo"
basis = "month"
amount = "1500.00"
source = "contract 2025-12-01"
as_of = 2025-12-01
"""
ASSETS = """\
name,line,quantity,unit_price,currency,bought_on,in_service_on,life_months,residual_ratio,\
method,supplier,source,as_of
GPU cards,gpu_cards,8,30000.00,USD,2026-01-01,2026-01-01,36,0.25,\
straight_line,,purchase order 17,2025-11-20
"""
POWER = """\
[hall]
currency = "USD"
pue = "1.35"
other_it_kw = "0"
host_watts = "2150"
source = "assumption"
as_of = 2026-09-01
[[tariffs]]
name = "All in"
supplier = "the utility"
from_on = 2026-01-01
source = "utility bill 2026-09"
as_of = 2026-09-01
[[tariffs.parts]]
kind = "flat"
name = "Energy"
per_kwh = "0.082"
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
    "assets.csv": ASSETS,
    "power.toml": POWER,
    "tokens.toml": TOKENS,
    "controller.toml": CONTROLLER,
}


def write_site(folder: Path, **changed: str) -> None:
    """Write all of them; `controller="…"` and the like replace a file's text."""
    for name, text in FILES.items():
        path = folder / name
        path.touch(mode=0o600)
        path.write_text(changed.get(path.stem, text))
