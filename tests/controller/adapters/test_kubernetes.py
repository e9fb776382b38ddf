"""Drains, returns, standings, holdings: Kubernetes' official client against a recorded API."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fakes.orders import WHY, drain, resume
from fakes.site import node as owned
from servers import kubernetes_objects as objects
from servers.kubernetes_api import Cluster, kubernetes_api
from servers.kubernetes_objects import node, pod
from thirdshift_controller.adapters.schedulers import scheduler_for
from thirdshift_controller.config.scheduler import SchedulerKind, SchedulerTable
from thirdshift_controller.intake.schedule import (
    AllocatingScheduler,
    NodeStanding,
    Scheduler,
    SchedulerUnreachable,
    Standing,
)
from thirdshift_controller.remedies.port import Remedy, RemedyNotStarted

NODE = "gpu-1"
OURS = f"thirdshift INC-12 {WHY}"
AT = datetime(2026, 11, 25, 14, 30, tzinfo=UTC)


class Both(AllocatingScheduler, Remedy):
    """What the adapter is."""


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    with kubernetes_api(tmp_path) as cluster:
        cluster.add(node("gpu-1"), node("gpu-2"), pod("train-0", NODE))
        yield cluster


Made = Callable[..., Both]


@pytest.fixture
def made(cluster: Cluster) -> Made:
    def made(evict: bool = False) -> Both:
        table = SchedulerTable(
            kind=SchedulerKind.KUBERNETES, kubeconfig=cluster.kubeconfig, evict=evict
        )
        return scheduler_for(table)  # type: ignore[return-value]

    return made


def standing(scheduler: Scheduler, name: str = NODE) -> NodeStanding:
    return scheduler.standings([owned("gpu-1"), owned("gpu-2"), owned("gpu-9")])[name]


def test_a_node_is_in_service_with_the_pods_that_hold_its_gpus(
    cluster: Cluster, made: Made
) -> None:
    cluster.add(pod("web-1", NODE, gpus=0), objects.of_a_daemon_set(pod("dcgm-x7k2p", NODE)))
    cluster.add(pod("waits-0", ""))
    assert standing(made()) == NodeStanding(Standing.IN_SERVICE, None, ("ml/train-0",))
    assert standing(made(), "gpu-2") == NodeStanding(Standing.IN_SERVICE, None, ())
    assert standing(made(), "gpu-9") == NodeStanding(Standing.ABSENT, None, ())


def test_a_large_cluster_is_read_page_by_page(cluster: Cluster, made: Made) -> None:
    cluster.add(*(pod(f"small-{n}", "gpu-2", gpus=1) for n in range(1100)))
    assert len(standing(made(), "gpu-2").jobs) == 1100
    assert [asked.query.get("continue") for asked in cluster.asked[1:]] == [None, "500", "1000"]


def test_a_drain_cordons_taints_and_notes_the_incident_and_the_job_ends_by_itself(
    cluster: Cluster, made: Made
) -> None:
    scheduler = made()
    told = scheduler.apply(drain(NODE))
    assert (told.exit_status, told.output) == (0, "gpu-1 gets no new pods")
    kept = cluster.nodes[NODE]
    assert kept["spec"]["unschedulable"] is True
    assert {"key": "thirdshift.dev/repair", "value": "INC-12", "effect": "NoSchedule"} in kept[
        "spec"
    ]["taints"]
    assert kept["metadata"]["annotations"]["thirdshift.dev/drained-for"] == "INC-12"
    found = standing(scheduler)
    assert found == NodeStanding(
        Standing.DRAINING, OURS, ("ml/train-0",), "thirdshift-controller", AT
    )
    assert found.is_ours
    assert len(cluster.changes()) == 1
    del cluster.pods["ml", "train-0"]
    assert standing(scheduler).standing is Standing.DRAINED


def test_what_else_is_on_the_node_stays_there_through_drain_and_return(
    cluster: Cluster, made: Made
) -> None:
    before = cluster.nodes[NODE]
    made().apply(drain(NODE))
    assert "nvidia.com/gpu" in cluster.taints(NODE)
    made().apply(resume(NODE))
    after = cluster.nodes[NODE]
    assert after["spec"] == before["spec"]
    assert after["metadata"]["annotations"] == before["metadata"]["annotations"]
    assert standing(made()).standing is Standing.IN_SERVICE


def test_draining_and_returning_twice_is_harmless(cluster: Cluster, made: Made) -> None:
    made().apply(drain(NODE))
    made().apply(drain(NODE, incident=13))
    assert standing(made()).reason == OURS
    made().apply(resume(NODE))
    assert made().apply(resume(NODE)).output == "gpu-1 is in service already"
    assert len(cluster.changes()) == 2


def test_with_evict_pods_leave_but_for_those_of_the_node_itself(
    cluster: Cluster, made: Made
) -> None:
    cluster.add(
        pod("web-1", NODE, gpus=0),
        pod("elsewhere-0", "gpu-2"),
        objects.of_a_daemon_set(pod("dcgm-x7k2p", NODE)),
        objects.of_the_kubelet(pod("etcd-gpu-1", NODE, gpus=0)),
    )
    told = made(evict=True).apply(drain(NODE))
    assert told.output == "gpu-1 gets no new pods"
    assert {name for _, name in cluster.pods} == {"elsewhere-0", "dcgm-x7k2p", "etcd-gpu-1"}
    assert standing(made()).standing is Standing.DRAINED


def test_a_pod_that_its_disruption_budget_holds_stays_until_a_later_drain(
    cluster: Cluster, made: Made
) -> None:
    cluster.add(pod("web-1", NODE))
    cluster.held = {"web-1"}
    scheduler = made(evict=True)
    told = scheduler.apply(drain(NODE))
    assert told.exit_status == 0
    assert "ml/web-1 stays: Kubernetes answers 429: Cannot evict pod as it would" in told.output
    assert standing(scheduler).jobs == ("ml/web-1",)
    cluster.held.clear()
    assert scheduler.apply(drain(NODE)).output == "gpu-1 gets no new pods"
    assert standing(scheduler).standing is Standing.DRAINED


def test_what_somebody_cordoned_is_neither_evicted_nor_returned(
    cluster: Cluster, made: Made
) -> None:
    cluster.cordon(NODE)
    before = cluster.nodes[NODE]
    scheduler = made(evict=True)
    assert standing(scheduler) == NodeStanding(
        Standing.DRAINING, "cordoned", ("ml/train-0",), "kubectl-cordon", AT
    )
    told = scheduler.apply(drain(NODE))
    assert (
        told.output == "gpu-1 is out of service already, by kubectl-cordon: cordoned; left as it is"
    )
    with pytest.raises(RemedyNotStarted, match="by kubectl-cordon: cordoned; it is theirs"):
        scheduler.apply(resume(NODE))
    assert cluster.nodes[NODE] == before
    assert cluster.changes() == []


def test_a_write_in_between_is_seen_and_the_drain_made_on_top_of_it(
    cluster: Cluster, made: Made
) -> None:
    heartbeat = {"metadata": {"labels": {"seen": "yes"}}}
    cluster.before_writing.append(lambda: cluster.write(NODE, heartbeat, "kubelet"))
    made().apply(drain(NODE))
    assert cluster.nodes[NODE]["metadata"]["labels"]["seen"] == "yes"
    assert standing(made()).is_ours


def test_somebody_who_cordons_in_between_keeps_the_node(cluster: Cluster, made: Made) -> None:
    cluster.before_writing.append(lambda: cluster.cordon(NODE))
    told = made().apply(drain(NODE))
    assert "by kubectl-cordon: cordoned; left as it is" in told.output
    assert not standing(made()).is_ours


def test_a_node_that_changes_at_every_writing_is_given_up(cluster: Cluster, made: Made) -> None:
    heartbeat = {"metadata": {"labels": {"seen": "yes"}}}
    cluster.before_writing += [lambda: cluster.write(NODE, heartbeat, "kubelet")] * 3
    with pytest.raises(RemedyNotStarted, match="the object has been modified"):
        made().apply(drain(NODE))
    assert standing(made()).standing is Standing.IN_SERVICE


def test_our_drain_that_somebody_uncordons_still_keeps_new_pods_away(
    cluster: Cluster, made: Made
) -> None:
    made().apply(drain(NODE))
    cluster.cordon(NODE, unschedulable=False)
    assert "thirdshift.dev/repair" in cluster.taints(NODE)
    found = standing(made())
    assert (found.standing, found.is_ours) == (Standing.DRAINING, True)
    made().apply(resume(NODE))
    assert standing(made()).standing is Standing.IN_SERVICE


def test_an_unknown_node_cannot_be_drained(cluster: Cluster, made: Made) -> None:
    with pytest.raises(RemedyNotStarted, match="the scheduler does not know gpu-9"):
        made().apply(drain("gpu-9"))
    assert cluster.changes() == []


NODES = [owned("gpu-1"), owned("gpu-2")]


def test_gpus_are_told_by_namespace(cluster: Cluster, made: Made) -> None:
    cluster.add(
        pod("serve-0", "gpu-2", gpus=2, namespace="prod"),
        pod("serve-1", "gpu-2", gpus=1, namespace="prod"),
        pod("tune-0", "gpu-2", gpus=4),
        pod("web-0", "gpu-2", gpus=0, namespace="web"),
        objects.of_a_daemon_set(pod("dcgm-x7k2p", "gpu-2", gpus=1)),
        pod("waits-0", ""),
    )
    assert made().holdings(NODES) == {
        "gpu-1": {"ml": 8.0},
        "gpu-2": {"prod": 3.0, "ml": 4.0},
    }


def test_a_node_on_which_a_pod_claims_devices_is_one_of_which_it_cannot_be_said(
    cluster: Cluster, made: Made
) -> None:
    claiming = pod("claims-0", "gpu-2", gpus=0)
    claiming["spec"]["resourceClaims"] = [{"name": "gpus", "resourceClaimName": "eight"}]
    cluster.add(claiming)
    assert made().holdings(NODES) == {"gpu-1": {"ml": 8.0}}


def test_what_runs_before_a_pods_containers_counts_where_it_is_more(
    cluster: Cluster, made: Made
) -> None:
    warm = pod("warm-0", "gpu-2", gpus=1)
    (container,) = warm["spec"]["containers"]
    before = [{**container, "name": name, "resources": limits(4)} for name in ("load", "check")]
    warm["spec"] |= {"containers": [container, container], "initContainers": before}
    cluster.add(warm)
    assert made().holdings(NODES)["gpu-2"] == {"ml": 4.0}


def test_an_instance_of_a_gpu_is_a_part_of_it(cluster: Cluster, made: Made) -> None:
    small = pod("small-0", "gpu-2", gpus=0)
    small["spec"]["containers"][0]["resources"] = limits(7, "nvidia.com/mig-2g.20gb")
    cluster.add(small)
    assert made().holdings(NODES)["gpu-2"] == {"ml": pytest.approx(2.0)}


def test_a_number_in_an_unknown_form_is_no_answer(cluster: Cluster, made: Made) -> None:
    strange = pod("strange-0", "gpu-2", gpus=0)
    strange["spec"]["containers"][0]["resources"] = {"limits": {"nvidia.com/gpu": "1k"}}
    cluster.add(strange)
    with pytest.raises(SchedulerUnreachable, match=r"counts GPUs in an unknown form: .*'1k'"):
        made().holdings(NODES)


def limits(count: int, of: str = "nvidia.com/gpu") -> dict[str, dict[str, str]]:
    return {"limits": {of: str(count)}}
