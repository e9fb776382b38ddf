"""The page once more in the names of NVIDIA's dcgm-exporter, for dashboards and alerts that exist.

names     what each name is called for, and the readings that serve it
xids      what the last XID is called
families  the samples with the labels that dcgm-exporter writes

Nothing is read for it: it says in other words what the page says already. `docs/dcgm-names.md`
tells where the two differ.
"""

from thirdshift_agent.dcgm.families import Pod, Telling, families
from thirdshift_agent.dcgm.names import NAMES, DcgmName

__all__ = ["NAMES", "DcgmName", "Pod", "Telling", "families"]
