"""Who is told over plain HTTP: NICo's machines, and a URL of the site's choice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fakes.handoff import REPAIR
from servers.json_api import Asked, json_api
from servers.nico import TOKEN, Nico, nico
from thirdshift_controller.adapters.callback import Callback
from thirdshift_controller.adapters.nico import NicoMachines, labelled
from thirdshift_controller.adapters.requesters import requesters_for
from thirdshift_controller.config import EndpointTable, HandoffTable
from thirdshift_controller.intake.nico import MACHINE
from thirdshift_controller.wire.handoff import ExternalSystem
from thirdshift_controller.workorders.requester import (
    Outcome,
    RequesterRefused,
    RequesterUnreachable,
)

MENDED = Outcome(
    system=ExternalSystem.NICO,
    reference=REPAIR,
    node="gpu-1",
    succeeded=True,
    message="INC-1 verified: well for 60 minutes",
    incident="INC-1",
    completed_at=datetime(2026, 11, 2, 15, tzinfo=UTC),
    facts={MACHINE: "fm100ht0001"},
)


@pytest.fixture
def here() -> Iterator[Nico]:
    with nico() as one:
        one.machines["fm100ht0001"] = {"RackIdentifier": "R1", "repair_status": "InProgress"}
        yield one


@pytest.fixture
def token_file(tmp_path: Path) -> Path:
    file = tmp_path / "nico.token"
    file.touch(mode=0o600)
    file.write_text(TOKEN)
    return file


@pytest.fixture
def machines(here: Nico, token_file: Path) -> NicoMachines:
    return NicoMachines(EndpointTable(url=here.url, token_file=token_file))


def test_the_outcome_joins_the_machines_labels(here: Nico, machines: NicoMachines) -> None:
    machines.tell(MENDED)
    assert here.machines["fm100ht0001"] == {
        "RackIdentifier": "R1",
        "repair_status": "Completed",
        "repair.ticket": "INC-1",
        "repair.summary": "INC-1 verified: well for 60 minutes",
    }
    machines.tell(MENDED)
    assert here.updates == 1


def test_a_repair_that_was_given_up_has_failed(here: Nico, machines: NicoMachines) -> None:
    machines.tell(replace(MENDED, succeeded=False))
    assert here.machines["fm100ht0001"]["repair_status"] == "Failed"


@pytest.mark.parametrize("others", range(11))
def test_the_status_always_finds_room_and_nobodys_label_is_lost(others: int) -> None:
    theirs = {str(number): "x" for number in range(others)}
    wanted = labelled(theirs, replace(MENDED, message="x" * 1000))
    assert wanted["repair_status"] == "Completed"
    assert theirs.items() <= wanted.items()
    assert len(wanted) <= max(10, others + 1)
    assert all(len(value) <= 255 for value in wanted.values())


def test_a_machine_that_is_gone_waits_for_nothing(here: Nico, machines: NicoMachines) -> None:
    here.machines.clear()
    machines.tell(MENDED)
    assert here.updates == 0


@pytest.mark.parametrize(
    ("status", "kind", "says"),
    [
        (400, RequesterRefused, "answers 400"),
        (403, RequesterRefused, r"token_file in \[handoff.nico\]"),
        (409, RequesterUnreachable, "answers 409"),
        (502, RequesterUnreachable, "answers 502"),
    ],
)
def test_a_refusal_says_what_mends_it(
    here: Nico, machines: NicoMachines, status: int, kind: type[Exception], says: str
) -> None:
    here.refusals = [status]
    with pytest.raises(kind, match=says):
        machines.tell(MENDED)
    machines.tell(MENDED)
    assert here.machines["fm100ht0001"]["repair_status"] == "Completed"


def test_a_token_that_was_exchanged_is_used_at_once(
    here: Nico, machines: NicoMachines, token_file: Path
) -> None:
    token_file.write_text("an-old-token-0001")
    with pytest.raises(RequesterRefused, match="answers 401"):
        machines.tell(MENDED)
    token_file.write_text(TOKEN)
    machines.tell(MENDED)
    token_file.unlink()
    with pytest.raises(RequesterRefused, match=r"nico\.token: there is no such file"):
        machines.tell(MENDED)


def test_whoever_is_not_there_is_unreachable() -> None:
    with nico() as gone:
        table = EndpointTable(url=gone.url)
    with pytest.raises(RequesterUnreachable, match="machine/fm100ht0001"):
        NicoMachines(table).tell(MENDED)


def test_a_url_that_is_not_nicos_is_said_to_be_so() -> None:
    with json_api(lambda _: (200, ["something else"])) as url:
        table = EndpointTable(url=url)
        with pytest.raises(RequesterRefused, match="no JSON object; mend the table's url"):
            NicoMachines(table).tell(MENDED)


def test_a_callback_is_posted_whole_and_only_a_2xx_is_an_answer() -> None:
    asked: list[Asked] = []
    statuses = [500, 404, 301, 204]

    def answer(question: Asked) -> tuple[int, object]:
        asked.append(question)
        return statuses.pop(0), {}

    with json_api(answer) as url:
        callback = Callback(EndpointTable(url=f"{url}/ends"))
        with pytest.raises(RequesterUnreachable):
            callback.tell(MENDED)
        with pytest.raises(RequesterRefused, match=r"mend url in \[handoff.callback\]"):
            callback.tell(MENDED)
        with pytest.raises(RequesterRefused, match="301"):
            callback.tell(MENDED)
        callback.tell(MENDED)
    assert {question.path for question in asked} == {"/ends"}
    assert asked[-1].body == {
        "system": "nico",
        "reference": REPAIR,
        "node": "gpu-1",
        "succeeded": True,
        "message": "INC-1 verified: well for 60 minutes",
        "incident": "INC-1",
        "completed_at": "2026-11-02T15:00:00+00:00",
    }


def test_each_system_is_told_by_its_own_table_else_by_the_callback() -> None:
    own, any_url = EndpointTable(url="http://nico.test"), EndpointTable(url="http://any.test")
    assert requesters_for(HandoffTable(), None) == {}
    told = requesters_for(HandoffTable(callback=any_url, nico=own), None)
    assert isinstance(told[ExternalSystem.NICO], NicoMachines)
    assert isinstance(told[ExternalSystem.NVSENTINEL], Callback)
