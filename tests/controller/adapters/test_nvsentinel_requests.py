"""NVSentinel's requests over a cluster's HTTP API, with the official client."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fakes.handoff import REFERENCE, resource
from servers.custom_resources import Cluster, cluster
from thirdshift_controller.adapters import nvsentinel as adapter
from thirdshift_controller.adapters.nvsentinel import NvsentinelRequests
from thirdshift_controller.config import ConfigError, NvsentinelTable
from thirdshift_controller.intake.external import SourceUnreachable
from thirdshift_controller.intake.nvsentinel import COMPLETE, RELEASED
from thirdshift_controller.wire.handoff import ExternalSystem
from thirdshift_controller.workorders.requester import (
    Outcome,
    RequesterRefused,
    RequesterUnreachable,
)

MENDED = Outcome(
    system=ExternalSystem.NVSENTINEL,
    reference=REFERENCE,
    node="gpu-1",
    succeeded=True,
    message="INC-1 verified: well for 60 minutes",
    incident="INC-1",
    completed_at=datetime(2026, 11, 2, 15, tzinfo=UTC),
    facts={},
)
GIVEN_UP = replace(MENDED, succeeded=False, message="INC-1 cancelled")


@pytest.fixture
def here() -> Iterator[Cluster]:
    with cluster() as one:
        one.add(resource())
        yield one


@pytest.fixture
def requests(here: Cluster, tmp_path: Path) -> NvsentinelRequests:
    return NvsentinelRequests(NvsentinelTable(kubeconfig_file=here.kubeconfig(tmp_path)))


def test_requests_whose_node_was_let_go_of_wait_for_us(
    here: Cluster, requests: NvsentinelRequests
) -> None:
    here.add(resource(name="not-yet", released="Unknown"))
    here.add(resource(name="not-at-all", released="False"))
    here.add(resource(name="mended", complete="True"))
    here.add(resource(name="given-up", complete="False"))
    (found,) = requests.waiting()
    assert (found.reference, found.fault, found.node) == (REFERENCE, "xid:79", "gpu-1")


def test_every_page_of_a_long_list_is_read(
    here: Cluster, requests: NvsentinelRequests, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapter, "PAGE", 2)
    for number in range(4):
        here.add(resource(name=f"extrr-{number}"))
    assert len(requests.waiting()) == 5


def test_one_that_is_not_understood_does_not_hide_the_others(
    here: Cluster, requests: NvsentinelRequests, caplog: pytest.LogCaptureFixture
) -> None:
    here.add({**resource(name="odd"), "spec": {"healthEvent": {}}})
    assert [one.reference for one in requests.waiting()] == [REFERENCE]
    assert "request not understood" in caplog.text


def test_an_answer_is_one_condition_beside_the_others(
    here: Cluster, requests: NvsentinelRequests
) -> None:
    requests.tell(MENDED)
    said = here.condition(REFERENCE, COMPLETE)
    assert (said["status"], said["reason"]) == ("True", "RemediationSucceeded")
    assert said["message"] == "INC-1 verified: well for 60 minutes"
    assert said["lastTransitionTime"] == "2026-11-02T15:00:00Z"
    assert said["observedGeneration"] == 1
    assert here.condition(REFERENCE, RELEASED)["status"] == "True"
    assert requests.waiting() == []


def test_the_same_answer_twice_is_one_write(here: Cluster, requests: NvsentinelRequests) -> None:
    for _ in range(2):
        requests.tell(GIVEN_UP)
    assert len(here.patches) == 1
    assert here.condition(REFERENCE, COMPLETE)["reason"] == "RemediationFailed"


def test_given_up_may_become_mended_and_never_the_other_way(
    here: Cluster, requests: NvsentinelRequests
) -> None:
    for outcome in (GIVEN_UP, MENDED, GIVEN_UP):
        requests.tell(outcome)
    assert here.condition(REFERENCE, COMPLETE)["status"] == "True"


def test_a_request_that_is_gone_waits_for_nothing(
    here: Cluster, requests: NvsentinelRequests
) -> None:
    here.resources.clear()
    requests.tell(MENDED)
    assert here.patches == []


def test_somebody_elses_write_between_is_not_overwritten(
    here: Cluster, requests: NvsentinelRequests
) -> None:
    here.written_between = 1
    with pytest.raises(RequesterUnreachable, match="409"):
        requests.tell(MENDED)
    requests.tell(MENDED)
    assert here.condition(REFERENCE, COMPLETE)["status"] == "True"


@pytest.mark.parametrize(
    ("status", "kind", "remedy"),
    [
        (401, RequesterRefused, "renew the credentials"),
        (403, RequesterRefused, "grant its account list, get and patch"),
        (429, RequesterUnreachable, "429"),
        (503, RequesterUnreachable, "503"),
    ],
)
def test_a_refusal_says_what_mends_it(
    here: Cluster,
    requests: NvsentinelRequests,
    status: int,
    kind: type[Exception],
    remedy: str,
) -> None:
    here.refusals = [status, status]
    with pytest.raises(kind, match=remedy):
        requests.tell(MENDED)
    with pytest.raises(SourceUnreachable, match=str(status)):
        requests.waiting()


def test_a_wrong_version_is_not_taken_for_an_empty_cluster(here: Cluster, tmp_path: Path) -> None:
    table = NvsentinelTable(kubeconfig_file=here.kubeconfig(tmp_path), version="v1alpha1")
    with pytest.raises(SourceUnreachable, match=r"mend group and version in \[handoff"):
        NvsentinelRequests(table).waiting()


def test_a_cluster_that_is_not_there_is_said_to_be_so(tmp_path: Path) -> None:
    with cluster() as gone:
        file = gone.kubeconfig(tmp_path)
    requests = NvsentinelRequests(NvsentinelTable(kubeconfig_file=file))
    with pytest.raises(SourceUnreachable, match="cannot be reached"):
        requests.waiting()
    with pytest.raises(RequesterUnreachable, match="cannot be reached"):
        requests.tell(MENDED)


@pytest.mark.parametrize("text", [None, "{", "kind: Config\n"])
def test_a_kubeconfig_that_cannot_be_used_is_named(tmp_path: Path, text: str | None) -> None:
    file = tmp_path / "kubeconfig"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"\[handoff.nvsentinel\].*kubeconfig"):
        NvsentinelRequests(NvsentinelTable(kubeconfig_file=file))


def test_outside_a_cluster_a_kubeconfig_is_asked_for() -> None:
    with pytest.raises(ConfigError, match="name a kubeconfig as kubeconfig_file"):
        NvsentinelRequests(NvsentinelTable())
