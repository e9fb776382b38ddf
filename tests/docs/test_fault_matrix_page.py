"""`docs/fault-matrix.md` is what the matrix proves. To write it anew: THIRDSHIFT_GOLDEN=write."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from fakes.fault_matrix import samples_until_told
from fakes.host_faults import HOST_FAULTS
from thirdshift_agent.inject import gpu_faults, kernel_faults
from thirdshift_agent.inject.fault import InjectedFault
from thirdshift_agent.simulated.faults import FAULTS as MODELLED
from thirdshift_agent.simulated.faults import signals_of

PAGE = Path(__file__).parents[2] / "docs" / "fault-matrix.md"

BEGINNING = """\
# What breaks, and what the agent says

Written by a test out of the faults that it injects: on eight GPUs of which one is faulty, or into a
node's kernel files, each fault must raise exactly these signals, of this GPU or device, after so
many samples, and nothing else (`tests/agent/inject`). `0` is told by the kernel's log, without
waiting for a sample. What is read in every sixth sample alone is seen up to five samples later. A
clean simulated day with four reboots raises none.

Try one: `thirdshift-agent run --backend simulated`, then
`thirdshift-agent inject nvlink:down --slot 3`; `thirdshift-agent inject --list` names them.
"""
MODELLED_NOTE = """
Where the table says *and then*, a simulated GPU shows what else such a GPU shows in life.
"""


def page() -> str:
    return "\n".join(
        [
            BEGINNING,
            "## Seen in a GPU's readings, its events, its silence",
            MODELLED_NOTE,
            *_table(gpu_faults.FAULTS),
            "",
            "## Told by the kernel's log",
            "",
            *_table(kernel_faults.FAULTS),
            "",
            "## Seen in the node's own files",
            "",
            "| what happens | signal | reads in a row | says which device |",
            "|---|---|---|---|",
            *(
                f"| {fault.words} | `{fault.signal}` | {fault.looks} "
                f"| {'yes' if fault.pci_address else 'by name'} |"
                for fault in HOST_FAULTS
            ),
            "",
        ]
    )


def _table(faults: tuple[InjectedFault, ...]) -> Iterator[str]:
    yield "| fault | what happens | signals | samples |"
    yield "|---|---|---|---|"
    for fault in faults:
        signals = ", ".join(f"`{name}`" for name in sorted(fault.signals)) or "none"
        words = fault.words + _consequences(fault)
        yield f"| `{fault.name}` | {words} | {signals} | {_told(fault)} |"


def _consequences(fault: InjectedFault) -> str:
    more = signals_of(fault.name) - fault.signals if fault.name in MODELLED else frozenset()
    return f" *and then* {', '.join(f'`{name}`' for name in sorted(more))}" if more else ""


def _told(fault: InjectedFault) -> str:
    return str(samples_until_told(fault)) if fault.signals else ""


def test_the_page_tells_what_the_matrix_proves() -> None:
    if os.environ.get("THIRDSHIFT_GOLDEN") == "write":
        PAGE.write_text(page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page(), "write it anew: THIRDSHIFT_GOLDEN=write"
