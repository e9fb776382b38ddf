"""What the page of a node is made of: the agent's parts, asked for what they know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thirdshift_agent import dcgm
from thirdshift_agent.collectors import own
from thirdshift_agent.page.metrics import PREFIX, Told, sections
from thirdshift_agent.page.pages import Section
from thirdshift_agent.version import VERSION
from thirdshift_agent.workloads import Workload

if TYPE_CHECKING:
    from thirdshift_agent.agent import Agent


def fresh(agent: Agent) -> list[Section]:
    """How the agent itself is at this moment."""
    state = own.OwnState(
        VERSION,
        agent.reader.call_times(),
        agent.journal.state(),
        agent.maintenance.released() is not None,
    )
    readings = own.readings(state, agent.sample(), agent.settings.clock.now())
    return [Section(own.ROWS, readings, PREFIX)]


def steady(agent: Agent) -> list[Section]:
    """What only a new sample changes, or changes so slowly that it may be one sample old."""
    sample, around = agent.sample(), agent.surroundings
    told = Told(
        sample,
        agent.recorder.xid_counts(),
        [(around.rows, around.readings())] if around else (),
        around.of_gpus() if around and sample else {},
    )
    return sections(told) + _in_dcgm_names(agent, told)


def _in_dcgm_names(agent: Agent, told: Told) -> list[Section]:
    settings, around = agent.settings, agent.surroundings
    if not settings.dcgm_names or told.sample is None:
        return []
    pods = {uuid: _pod(user) for uuid, user in around.pods().items()} if around else {}
    telling = dcgm.Telling(settings.node, settings.booted_at, pods)
    return dcgm.sections(told.sample, told.xids, telling)


def _pod(user: Workload) -> dcgm.Pod:
    return dcgm.Pod(user.namespace or "", user.pod or "", user.container or "")
