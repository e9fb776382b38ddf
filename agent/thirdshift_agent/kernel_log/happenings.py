"""Puts the lines of one happening together: a report, its details, the details' details.

The kernel writes them in one go, so a happening is complete once its family's lines have been
followed by a pause. One that was told before its last lines came swallows them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from thirdshift_agent.kernel_log.known import RECORD, RECORDS, WIDEST_GAP
from thirdshift_agent.kernel_log.told import MESSAGE_LENGTH, Part
from thirdshift_agent.observation import Observation

TOGETHER_SECONDS = 1.0
"""How far apart, by the kernel's clock, the lines of one happening may be."""
MOST_OPEN = 64
LONGEST_FACT = 200
MOST_LINES = 8


@dataclass(slots=True)
class Happening:
    """What is known of one so far. `moment` and `heard` are of its latest line, in seconds."""

    family: str
    step: int
    names: set[str]
    moment: float
    heard: float
    seen: Observation | None = None
    facts: dict[str, str] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    is_told: bool = False

    def add(self, part: Part, moment: float, heard: float) -> None:
        """Take the line in: the first line's instant, the latest line's card, all lines' facts."""
        if not self.is_told:
            self._learn(part)
        self.step, self.moment, self.heard = part.step, moment, heard
        self.names |= part.names

    def reach(self, record: int) -> None:
        """Take a record in that is no more than `WIDEST_GAP` after the first."""
        first = int(self.facts[RECORD])
        if 0 < record - first <= WIDEST_GAP:
            self.facts[RECORDS] = f"{first}-{record}"

    def told(self) -> Observation | None:
        """The whole as one sighting; `None` where no line of it was one."""
        self.is_told = True
        if self.seen is None:
            return None
        message = " | ".join(self.texts)[:MESSAGE_LENGTH]
        return replace(self.seen, message=message, facts=self.facts)

    def _learn(self, part: Part) -> None:
        if part.seen is not None:
            first = self.seen or part.seen
            self.seen = replace(part.seen, at=first.at)
        for key, value in (part.seen.facts if part.seen else part.facts).items():
            have = self.facts.setdefault(key, value)
            if key == part.gathers and value not in have.split(", ") and len(have) < LONGEST_FACT:
                self.facts[key] = f"{have}, {value}"
        if len(self.texts) < MOST_LINES:
            self.texts.append(part.text)


class Happenings:
    """Those of one log that may still get lines, oldest first."""

    def __init__(self) -> None:
        self._open: list[Happening] = []

    @property
    def undecided(self) -> bool:
        """Whether one waits to be told."""
        return any(not happening.is_told for happening in self._open)

    def add(
        self, part: Part, where: dict[str, str], moment: float, heard: float
    ) -> list[Observation]:
        """Take a line in, with facts on where it stands; return those that it shows complete.

        `moment` is by the kernel's clock, `heard` by the listener's, both in seconds.
        """
        complete = self._forget(moment)
        happening = self._of(part)
        if happening is None:
            complete += self._close(part)
            happening = Happening(part.family, part.step, set(), moment, heard, facts=where)
            self._open.append(happening)
        elif not happening.is_told and RECORD in where:
            happening.reach(int(where[RECORD]))
        happening.add(part, moment, heard)
        return complete

    def settle(self, heard_before: float) -> list[Observation]:
        """Return those whose latest line was heard before that; they are complete."""
        late = [each for each in self._open if not each.is_told and each.heard <= heard_before]
        return _told(late)

    def _of(self, part: Part) -> Happening | None:
        able = [each for each in self._open if _can_join(each, part)]
        for happening in able:
            if not part.names or not happening.names or part.names & happening.names:
                return happening
        reports = [each for each in able if each.step == 0 and part.seen is not None]
        return reports[0] if reports else None

    def _close(self, part: Part) -> list[Observation]:
        """A line that joins none begins a new one; what shares its name gets no more lines."""
        rest = [each for each in self._open if each.family == part.family]
        ended = [each for each in rest if not part.names or part.names & each.names]
        return self._end(ended)

    def _forget(self, moment: float) -> list[Observation]:
        old = [each for each in self._open if not 0 <= moment - each.moment <= TOGETHER_SECONDS]
        crowd = self._open[: max(0, len(self._open) - MOST_OPEN + 1)]
        return self._end(old + [each for each in crowd if each not in old])

    def _end(self, ended: list[Happening]) -> list[Observation]:
        if ended:
            self._open = [each for each in self._open if not any(each is one for one in ended)]
        return _told([each for each in ended if not each.is_told])


def _told(happenings: list[Happening]) -> list[Observation]:
    seen = [happening.told() for happening in happenings]
    return [each for each in seen if each is not None]


def _can_join(happening: Happening, part: Part) -> bool:
    if happening.family != part.family:
        return False
    if part.step < happening.step or (part.step == happening.step and not part.repeats):
        return False
    return not (happening.seen and part.seen) or happening.seen.code == part.seen.code
