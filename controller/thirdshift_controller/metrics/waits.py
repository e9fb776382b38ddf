"""What an incident waits for, in one word. Pure.

The ladder tells it in a sentence, since its reader is a person; the sentence's form is its kind.
"""

from __future__ import annotations

import re
from enum import StrEnum

from thirdshift_controller.wire import Scope


class Why(StrEnum):
    """The kinds of waits."""

    PARENT = "parent"
    """A wider incident that explains it."""
    HOLD = "hold"
    BUDGET = "budget"
    YES = "yes"
    """A lead's."""
    JOBS = "jobs"
    """Running work to end."""
    SCHEDULER = "scheduler"
    """Its word on the node."""
    ATTEMPT = "attempt"
    """One that is under way on the node."""
    START = "start"
    """The node, that was told to."""
    AGENT = "agent"
    """Its refusal of us to be mended."""
    HANDS = "hands"
    """Somebody's, at work on the node."""
    RELEASE = "release"
    """Somebody has the driver."""
    OTHER = "other"


_FORMS = (
    (Why.PARENT, r"INC-\d+, of which it is a part"),
    (Why.BUDGET, r"the budget of .+"),
    (Why.YES, r"a lead's yes to .+"),
    (Why.JOBS, r"jobs to end: .+"),
    (Why.SCHEDULER, r"the scheduler to .+"),
    (Why.ATTEMPT, r"the end of an attempt on .+"),
    (Why.HANDS, r"the hands at work on .+"),
    (Why.START, r"\S+ to start"),
    (Why.AGENT, r"the agent, which .+"),
    (Why.RELEASE, r"the driver is released until .+"),
    (Why.HOLD, rf".+ holds (?:{'|'.join(Scope)}) .+"),
)


def why(sentence: str) -> Why:
    """The kind of a wait."""
    forms = (kind for kind, form in _FORMS if re.fullmatch(form, sentence, re.DOTALL))
    return next(forms, Why.OTHER)
