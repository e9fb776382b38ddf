"""A page as a person reads it, in Markdown: the record in words, the checklist, the prose."""

from __future__ import annotations

from collections.abc import Iterator

from thirdshift_runbooks import words
from thirdshift_runbooks.chapters import CHAPTERS
from thirdshift_runbooks.page import Page


def handout(page: Page) -> str:
    """The whole page; its signals and rules are those that hold, a site's own pages considered."""
    parts = [f"# {page.title}", "\n".join(_facts(page))]
    if page.steps:
        parts += ["## Steps", "\n".join(_steps(page))]
    return "\n\n".join([*parts, page.body])


def _facts(page: Page) -> Iterator[str]:
    yield f"- **Id**: {page.id}, reviewed on {page.reviewed_on}"
    yield f"- **Answers to**: {', '.join(page.signals) or 'what other pages hand on'}"
    yield f"- **Class**: {CHAPTERS[page.failure_class].heading}"
    yield f"- **Gravity**: {words.gravity(page)}"
    yield f"- **From afar**: {words.remote(page)}"
    yield f"- **Hands**: {words.hands(page)}"
    if page.estimate:
        spans = (
            f"{page.estimate.p50_minutes} min, {page.estimate.p90_minutes} at the 90th percentile"
        )
        yield f"- **Takes**: {spans}"
    if page.parts:
        yield f"- **Parts**: {', '.join(page.parts)}"
    yield f"- **Safety**: {page.safety}"
    for when in page.when:
        yield f"- **{when.signal} becomes {when.becomes}** {words.condition(when)}"


def _steps(page: Page) -> Iterator[str]:
    for number, step in enumerate(page.steps, start=1):
        yield f"{number}. **{step.kind}**, {step.minutes} min: {step.text}"
