"""The years ahead of the example site, what others ask and what people say: facts for `month`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from thirdshift_controller.costs.claims.claim import Claim, Finding
from thirdshift_controller.costs.market.prices import CloudPrice, Quote
from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.month.figures import Assumption
from thirdshift_controller.costs.origin import Origin
from thirdshift_controller.costs.posting import Line
from thirdshift_controller.costs.tco.outlook import Levels, LineTotal, Outlook, Rival, Swing

GROSS = {
    Line.GPU_CARDS: ("30720000", "0.480", "1.142"),
    Line.NODES: ("8960000", "0.140", "0.333"),
    Line.SWITCHES: ("1728000", "0.027", "0.064"),
    Line.OPTICS: ("2621440", "0.041", "0.097"),
    Line.STORAGE: ("810000", "0.013", "0.030"),
    Line.RACKS: ("1530000", "0.024", "0.057"),
    Line.SPARES: ("793600", "0.012", "0.029"),
    Line.INSTALL: ("696000", "0.011", "0.026"),
    Line.COLO: ("7644000", "0.119", "0.284"),
    Line.ELECTRICITY: ("2910000", "0.045", "0.108"),
    Line.TECHNICIANS: ("934000", "0.015", "0.035"),
    Line.ENGINEERS: ("1080000", "0.017", "0.040"),
    Line.SUPPORT: ("2381000", "0.037", "0.088"),
    Line.SOFTWARE: ("180000", "0.003", "0.007"),
    Line.TRANSIT: ("360000", "0.006", "0.013"),
    Line.INSURANCE: ("718000", "0.011", "0.027"),
}


def _usd(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


OUTLOOK = Outlook(
    months=36,
    lines=tuple(
        LineTotal(line, _usd(amount), Decimal(share), _usd(price))
        for line, (amount, share, price) in GROSS.items()
    ),
    capital=_usd("47859040"),
    running=_usd("16207000"),
    residual=_usd("10670000"),
    cost_of_capital=_usd("10870000"),
    levels=Levels(_usd("2.388"), _usd("2.462"), _usd("2.676"), _usd("3.149")),
    gpu_share_ratio=Decimal("0.480"),
)

_RIVALS = (
    ("1-year contract, Oct 2025", "1.70", "-0.448", "1.448", None, "-16900000", None),
    ("1-year contract, Mar 2026", "2.35", "-0.048", "1.048", None, "-2540000", "0.03"),
    ("RunPod community", "2.69", "0.085", "0.915", 36, "4980000", "0.13"),
    ("Neocloud on demand", "2.99", "0.177", "0.823", 31, "11600000", "0.21"),
    ("Index, Sep 2026", "3.46", "0.288", "0.712", 26, "22000000", "0.35"),
    ("Lambda 8x H100", "3.99", "0.383", "0.617", 22, "33700000", "0.51"),
    ("Nebius", "4.50", "0.453", "0.547", 19, "44900000", "0.68"),
    ("CoreWeave", "6.155", "0.600", "0.400", 13, "81400000", "1.29"),
    ("AWS p5, us-east-1", "6.88", "0.642", "0.358", 12, "97400000", None),
    ("Azure ND", "12.29", "0.800", "0.200", 6, "217000000", None),
)
RIVALS = tuple(
    Rival(
        name,
        _usd(price),
        Decimal(margin),
        Decimal(turning),
        payback,
        _usd(npv),
        Decimal(irr) if irr else None,
    )
    for name, price, margin, turning, payback, npv, irr in _RIVALS
)

_SWINGS = (
    ("Life, years", "2", "5", "3.21", "1.87", "0.52", "0.41", "-0.07", "0.37"),
    ("Scale, nodes", "16", "512", "3.22", "2.39", "0.37", "0.50", "-0.08", "0.20"),
    ("Node price, USD", "250,000", "400,000", "2.14", "2.95", "0.55", "0.40", "0.28", "0.01"),
    ("Residual of the nodes, %", "0", "50", "2.81", "2.12", "0.48", "0.48", "0.06", "0.29"),
    ("Cost of capital, %", "5", "18", "2.25", "2.81", "0.48", "0.48", "0.25", "0.06"),
    ("Software, USD a GPU and year", "0", "4,500", "2.46", "2.99", "0.48", "0.39", "0.18", "0.00"),
    ("Colocation, USD a kW and month", "90", "220", "2.35", "2.60", "0.50", "0.45", "0.22", "0.13"),
    ("Availability, %", "90", "99", "2.65", "2.41", "0.48", "0.48", "0.11", "0.19"),
    ("Support, % of nodes a year", "0", "5", "2.37", "2.60", "0.50", "0.45", "0.21", "0.13"),
    ("Cables, USD a GPU", "1,300", "4,000", "2.41", "2.53", "0.49", "0.47", "0.19", "0.15"),
    ("Technicians' seats", "0.6", "3", "2.45", "2.53", "0.48", "0.47", "0.18", "0.15"),
    ("Tariff, Canadian cents a kWh", "9", "15.5", "2.44", "2.50", "0.48", "0.47", "0.18", "0.16"),
    ("PUE", "1.15", "1.60", "2.45", "2.48", "0.48", "0.48", "0.18", "0.17"),
)
SWINGS = tuple(
    Swing(
        driver,
        low,
        high,
        _usd(at_low),
        _usd(at_high),
        Decimal(share_low),
        Decimal(share_high),
        Decimal(margin_low),
        Decimal(margin_high),
    )
    for driver, low, high, at_low, at_high, share_low, share_high, margin_low, margin_high in _SWINGS
)

_QUOTES = """
SF Compute|H100, average of the market||market|2.11|2026-09-20|index|the market's own page
CoreWeave|HGX H100|North America|spot|2.46|2026-09-20|list|api-evangelist
Akash|H100||on_demand|2.58|2026-10-24|quote|compute-screener
Lium|H100||on_demand|2.64|2026-10-24|quote|compute-screener
Civo|H100||on_demand|2.96|2026-10-24|quote|compute-screener
Hyperstack|H100 SXM||on_demand|3.20|2026-08-26|list|api-evangelist
Massed Compute|H100||on_demand|3.35|2026-10-24|quote|compute-screener
Index|H100, all providers||on_demand|3.46|2026-09-28|index|cloud-gpu-price-index
JarvisLabs|H100||on_demand|3.49|2026-10-24|quote|compute-screener
Scaleway|H100||on_demand|3.80|2026-10-24|quote|compute-screener
OVHcloud|H100||on_demand|3.89|2026-10-24|quote|compute-screener
Crusoe|H100||on_demand|3.90|2026-09-20|list|api-evangelist
Lambda|8x H100 SXM5|all|on_demand|3.99|2026-09-25|list|silybench
RunPod|H100 SXM secure||on_demand|3.99|2026-10-19|list|600me
Together|H100||on_demand|3.99|2026-10-24|quote|compute-screener
Lambda|1x H100 SXM5|all|on_demand|4.29|2026-09-25|list|silybench
Verda|H100||on_demand|4.49|2026-10-24|quote|compute-screener
Nebius|H100 SXM|eu-north1|on_demand|4.50|2026-10-24|quote|compute-screener
CoreWeave|HGX H100|North America|on_demand|6.155|2026-09-20|list|api-evangelist
Google Cloud|a3-highgpu-1g|us-central1|spot|6.571|2026-07-26|list|silybench
Google Cloud|a3-highgpu-1g|us-central1|on_demand|10.979|2026-09-26|list|silybench
"""


def _quote(text: str) -> Quote:
    provider, sku, region, option, price, as_of, quality, source = text.split("|")
    row = CloudPrice.model_validate(
        {
            "provider": provider,
            "sku": sku,
            "gpu_model": "H100",
            "gpu_count": "",
            "region": region,
            "purchase_option": option,
            "usd_per_gpu_hour": price,
            "as_of": as_of,
            "quality": quality,
            "source": source,
        }
    )
    return Quote(row, (date(2026, 10, 31) - row.as_of).days)


QUOTES = tuple(_quote(text) for text in _QUOTES.strip().splitlines())

_CLAIMS = """
M1|Over three years the GPU is about half of all cost|confirmed|Cards are 48.0 % of gross cost over 36 months; nodes with their cards are 61.9 %.|Would be 41 % over five years, and 39 % at 16 nodes.
M2|A card costs about 3,000 to make and sells for about 30,000; nobody gets a discount|depends|Margin 88.9 % on a bill of materials of USD 3,320 from 2023; own orders were 0 % to 4 % under list.|Research is not in the bill of materials; of a whole server the margin is about 70 %.
M3|Running your own room is not much cheaper than renting GPUs|depends|5 % dearer than a one-year contract, 64 % cheaper than AWS on demand.|Within 25 % of renting between USD 1.97 and USD 3.28 an hour.
M4|Clouds earn only about 20 %|confirmed|17.7 % at USD 2.99, if their costs are ours.|Exactly 20 % at USD 3.08; 29 % at September's index of USD 3.46.
M5|Operating it yourself is a little dearer than the small provider|depends|USD 2.46 for an available hour of our own, USD 2.99 for theirs.|True below 82 % use of what is owned.
M6|AWS is too expensive beside small providers|confirmed|USD 6.88 against 3.99 is 1.7 times; against 2.69 it is 2.6 times.|
M7|A year of AWS storage buys the hardware with ten times the capacity|depends|13.8 times for raw drives, 5.8 times usable with servers, 1 to 2 times on flash.|Names the definition: the claim lies between the first two.
M8|An own room saves on CPU, storage and network|confirmed|USD 0.0033 for an own vCPU-hour, 0.0529 rented.|
M9|Owning makes sense when data grows large|not testable|The site keeps no record of stored bytes.|Needs a storage line with its capacity in the costs file.
M10|CPU, storage and network saw no big change in ten years|not testable|Ten months of prices are kept.|Needs 24 months of dated prices.
M11|Twice the compute costs about 1.4 times as much|confirmed|1.41 a doubling from H100 to B200, at the prices of 2026.|Rents rose by 1.24 to 1.85 a doubling.
M12|In the long run compute gets steadily cheaper|denied|The middle of the band rose from USD 3.05 to USD 3.90 in ten months.|Would turn with a middle under USD 3.05.
M13|A model trained today is worth half in a year|not testable|It is about models and not about servers.|Needs a register of training runs.
M14|Large models are not cost-effective|not testable|No value of a run is known.|Needs what a run earns a month.
M15|An own power plant came out cheaper than the bill|denied|Gas engines come to USD 87 a MWh; this month's bill was USD 83.59.|Holds from an all-in price of USD 87 a MWh.
P1|The biggest chip takes about 1 kW; 1,000 chips about 1 MW|confirmed|1,003 kW of IT for 1,024 GPUs, 1,354 kW with cooling.|Newer chips take 1.2 to 1.4 kW.
P2|With new GPUs a rack takes only two machines|confirmed|Two nodes a rack, 20.4 kW rated.|
P6|Fibre 400 Gb/s now, 800 next|confirmed|1,024 ports of 400 Gb/s, none of 800.|
P7|One metre to the next machine cannot be tolerated|denied|A metre is 4.9 ns, under 2 % of one switch hop.|Compare with nccl-tests.
P9|Memory is the wall; 200 GB may stall|dated|GPUs with 288 GB are for sale.|
P11|GPUs fail every day|confirmed|43 incidents in 31 days: 1.4 a day, 75 % of days with one at least.|Holds for 300 GPUs and more at this rate.
P12|Three people on three shifts repair them on site|denied|Three people cover 60 % of the hours of a year.|A seat around the clock takes 5.0 people.
"""


def _claim(text: str) -> Claim:
    number, said, finding, figures, condition = text.split("|")
    return Claim(number, said, Finding(finding), figures, condition)


CLAIMS = tuple(_claim(text) for text in _CLAIMS.strip().splitlines())

_ASSUMPTIONS = """
GPU card|USD 30,000 each, 1,024 of them|invoice NS-2024-0817|2024-08-17|costs.toml|12
Node without cards|USD 70,000 each, 128 of them|invoice NS-2024-0817|2024-08-17|costs.toml|24
Switch, 64 ports NDR|USD 36,000 each, 48 of them|quote Q-5512|2024-08-20|costs.toml|36
Optics and cables|USD 2,560 a GPU|quote Q-5512|2024-08-20|costs.toml|47
Storage, 2 PB flash and 10 PB disk|USD 810,000|assumption: 180 and 45 a usable TB|2026-06-01|costs.toml|58
Life of the nodes|36 months|assumption: the lender's term|2025-01-15|costs.toml|19
Residual of the nodes|25 % of the price|lender's curve, third year|2026-01-20|costs.toml|20
Cost of capital|10 % a year|assumption: WACC of the owner||costs.toml|4
Colocation|USD 150 a kW and month, 1,416 kW reserved|lease TOR-2024-7|2024-09-01|costs.toml|71
Tariff, all in|CAD 0.115 a kWh|assumption: Class A, built up from its parts|2025-09-30|tariff.toml|3
PUE|1.35|hall's own meter|2026-10-31||
Exchange|CAD 1.4064 to the USD|Bank of Canada FXUSDCAD|2026-09-22|exchange.csv|31
Technician, one seat around the clock|CAD 50 an hour|assumption: loaded wage|2026-03-01|costs.toml|84
Engineers|USD 180,000 a year, 2 of them|payroll 2026|2026-01-01|costs.toml|93
Support|2 % of the nodes' price a year|contract NS-S-118|2024-08-17|costs.toml|101
Insurance|0.5 % of all prices a year|policy 7731-A|2026-04-01|costs.toml|116
"""


def _assumption(text: str) -> Assumption:
    what, value, source, as_of, file, line = text.split("|")
    day = date.fromisoformat(as_of) if as_of else None
    return Assumption(what, value, Origin(source, day, file, int(line) if line else None))


ASSUMPTIONS = tuple(_assumption(text) for text in _ASSUMPTIONS.strip().splitlines())
