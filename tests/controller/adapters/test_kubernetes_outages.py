"""Kubernetes that gives a node up, refuses, talks nonsense or is not there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fakes.orders import drain
from fakes.site import node as owned
from servers import kubernetes_objects as objects
from servers.kubernetes_api import Cluster, kubernetes_api
from servers.kubernetes_objects import node, pod
from servers.ports import free_port
from thirdshift_controller.adapters.kubernetes import KubernetesScheduler
from thirdshift_controller.adapters.kubernetes_api import KubernetesApi
from thirdshift_controller.config import ConfigError
from thirdshift_controller.intake.schedule import NodeStanding, SchedulerUnreachable, Standing
from thirdshift_controller.remedies.port import RemedyNotStarted

NODE = "gpu-1"
UNHEARD = ("Unknown", "NodeStatusUnknown", "Kubelet stopped posting node status.")


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    with kubernetes_api(tmp_path) as cluster:
        cluster.add(node(NODE))
        yield cluster


@pytest.fixture
def scheduler(cluster: Cluster) -> KubernetesScheduler:
    return KubernetesScheduler(KubernetesApi(cluster.kubeconfig, "site", 10.0), evict=True)


def standing(scheduler: KubernetesScheduler) -> NodeStanding:
    return scheduler.standings([owned(NODE)])[NODE]


def test_a_node_that_is_not_heard_of_is_down_since_then(
    cluster: Cluster, scheduler: KubernetesScheduler
) -> None:
    cluster.add(objects.not_ready(node(NODE), *UNHEARD), pod("train-0", NODE))
    assert standing(scheduler) == NodeStanding(
        Standing.DOWN,
        "NodeStatusUnknown: Kubelet stopped posting node status.",
        ("ml/train-0",),
        since_at=datetime(2026, 11, 25, 14, 0, tzinfo=UTC),
    )


def test_a_pod_that_is_being_deleted_ends_with_its_dead_node_and_not_with_a_live_one(
    cluster: Cluster, scheduler: KubernetesScheduler
) -> None:
    leaving = objects.merged(
        pod("train-0", NODE), {"metadata": {"deletionTimestamp": "2026-11-25T14:05:00Z"}}
    )
    cluster.add(leaving)
    assert standing(scheduler).jobs == ("ml/train-0",)
    cluster.add(objects.not_ready(node(NODE), *UNHEARD))
    assert standing(scheduler).jobs == ()


def test_a_dead_node_that_we_drained_is_drained(
    cluster: Cluster, scheduler: KubernetesScheduler
) -> None:
    cluster.add(objects.not_ready(node(NODE), *UNHEARD))
    scheduler.apply(drain(NODE))
    assert standing(scheduler).standing is Standing.DRAINED


def holding(limits: dict[str, str]) -> objects.Object:
    return {"resources": {"limits": limits}}


GPU, SLICE = holding({"nvidia.com/gpu": "1"}), holding({"nvidia.com/mig-1g.10gb": "1"})


@pytest.mark.parametrize(
    ("spec", "is_a_job"),
    [
        ({"containers": [SLICE]}, True),
        ({"containers": [{}], "initContainers": [GPU]}, True),
        ({"containers": [{}], "resourceClaims": [{"name": "gpus"}]}, True),
        ({"containers": [holding({"cpu": "1"})]}, False),
    ],
)
def test_a_pod_is_a_job_however_it_came_by_its_gpus(
    cluster: Cluster, scheduler: KubernetesScheduler, spec: objects.Object, is_a_job: bool
) -> None:
    cluster.add(objects.merged(pod("train-0", NODE), {"spec": spec}))
    assert bool(standing(scheduler).jobs) is is_a_job


def test_a_role_that_may_not_is_told_what_mends_it(
    cluster: Cluster, scheduler: KubernetesScheduler
) -> None:
    cluster.forbidden = {"PATCH"}
    mends = "403: /api/v1/nodes/gpu-1 is forbidden; deploy/kubernetes/thirdshift-controller.yaml"
    with pytest.raises(RemedyNotStarted, match=mends):
        scheduler.apply(drain(NODE))


def test_pods_that_may_not_be_evicted_are_told_and_the_node_stays_cordoned(
    cluster: Cluster, scheduler: KubernetesScheduler
) -> None:
    cluster.add(pod("train-0", NODE))
    cluster.forbidden = {"POST"}
    assert "ml/train-0 stays: Kubernetes answers 403" in scheduler.apply(drain(NODE)).output
    assert standing(scheduler).standing is Standing.DRAINING


def test_a_wrong_token_is_told(cluster: Cluster) -> None:
    text = cluster.kubeconfig.read_text(encoding="utf-8").replace("a-service", "another")
    cluster.kubeconfig.write_text(text, encoding="utf-8")
    other = KubernetesScheduler(KubernetesApi(cluster.kubeconfig, None, 10.0), evict=False)
    with pytest.raises(SchedulerUnreachable, match="Kubernetes answers 401: Unauthorized; deploy/"):
        standing(other)


@pytest.mark.parametrize("nonsense", [b"<html>", b"{}", b'{"items": [{"metadata": {"name": 1}}]}'])
def test_an_answer_that_is_no_list_is_told(
    cluster: Cluster, scheduler: KubernetesScheduler, nonsense: bytes
) -> None:
    cluster.nonsense = nonsense
    with pytest.raises(SchedulerUnreachable, match="Kubernetes answers no NodeList"):
        standing(scheduler)


def test_a_server_that_is_not_there_is_told(
    cluster: Cluster, scheduler: KubernetesScheduler
) -> None:
    text = cluster.kubeconfig.read_text(encoding="utf-8")
    moved = text.replace(f":{cluster.port}", f":{free_port()}")
    cluster.kubeconfig.write_text(moved, encoding="utf-8")
    nobody = KubernetesScheduler(KubernetesApi(cluster.kubeconfig, None, 10.0), evict=False)
    with pytest.raises(SchedulerUnreachable, match=r"Kubernetes cannot be reached: .*refused"):
        standing(nobody)
    with pytest.raises(RemedyNotStarted, match="Kubernetes cannot be reached"):
        nobody.apply(drain(NODE))


def test_a_certificate_that_is_not_believed_is_told(cluster: Cluster) -> None:
    text = cluster.kubeconfig.read_text(encoding="utf-8")
    kept = [line for line in text.splitlines() if "certificate-authority" not in line]
    cluster.kubeconfig.write_text("\n".join(kept), encoding="utf-8")
    doubtful = KubernetesScheduler(KubernetesApi(cluster.kubeconfig, None, 10.0), evict=False)
    with pytest.raises(SchedulerUnreachable, match=r"cannot be reached: .*CERTIFICATE_VERIFY_FAIL"):
        standing(doubtful)


@pytest.mark.parametrize("text", ["", "a: [", "kind: Config", "contexts: 7"])
def test_a_file_that_is_no_kubeconfig_is_refused_by_name(tmp_path: Path, text: str) -> None:
    file = tmp_path / "kubeconfig"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=f"scheduler: {file}: .*; docs/schedulers.md shows both"):
        KubernetesApi(file, None, 10.0)


def test_without_a_kubeconfig_it_must_be_a_pod() -> None:
    with pytest.raises(ConfigError, match="no kubeconfig is named and this is no pod"):
        KubernetesApi(None, None, 10.0)
