"""The page once more in the names of NVIDIA's dcgm-exporter, for dashboards and alerts that exist.

name      what a name is made of: readings, and the factor to DCGM's unit
names     all of them
xids      what the last XID is called
sections  the samples with the labels that dcgm-exporter writes

Nothing is read for it: it says in other words what the page says already. `docs/dcgm-names.md`
tells where the two differ.
"""

from thirdshift_agent.dcgm.name import DcgmName
from thirdshift_agent.dcgm.names import NAMES
from thirdshift_agent.dcgm.sections import Pod, Telling, sections

__all__ = ["NAMES", "DcgmName", "Pod", "Telling", "sections"]
