"""The manifest is Kubernetes' own form, and grants what the controller asks for and no more."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from fakes.orders import drain, resume
from servers.kubernetes_api import kubernetes_api
from servers.kubernetes_objects import node, pod
from thirdshift_controller.adapters.kubernetes import KubernetesScheduler
from thirdshift_controller.adapters.kubernetes_api import KubernetesApi

MANIFEST = Path(__file__).parents[2] / "deploy" / "kubernetes" / "thirdshift-controller.yaml"
VERSION = "1.37"
RESOURCES = {
    ("GET", "nodes"): ("nodes", "list"),
    ("GET", "pods"): ("pods", "list"),
    ("PATCH", "nodes"): ("nodes", "patch"),
    ("POST", "namespaces"): ("pods/eviction", "create"),
}


def validate(file: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("kubernetes-validate")), "--strict"]
    return subprocess.run([*command, str(file)], capture_output=True, text=True, check=False)


def documents() -> list[dict[str, Any]]:
    return list(yaml.safe_load_all(MANIFEST.read_text(encoding="utf-8")))


def test_the_manifest_is_valid() -> None:
    told = validate(MANIFEST)
    assert told.returncode == 0, told.stdout
    assert told.stdout.count("passed for resource") == len(documents())


def test_a_wrong_manifest_would_be_found(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    text = MANIFEST.read_text(encoding="utf-8").replace("verbs:", "verb:")
    wrong.write_text(text, encoding="utf-8")
    assert validate(wrong).returncode != 0


def test_the_role_grants_exactly_what_a_drain_with_eviction_asks(tmp_path: Path) -> None:
    with kubernetes_api(tmp_path) as cluster:
        cluster.add(node("gpu-1"), pod("train-0", "gpu-1"))
        scheduler = KubernetesScheduler(KubernetesApi(cluster.kubeconfig, None, 10.0), evict=True)
        scheduler.apply(drain("gpu-1"))
        scheduler.apply(resume("gpu-1"))
        asked = {RESOURCES[one.method, one.path.split("/")[3]] for one in cluster.asked}
    (role,) = [one for one in documents() if one["kind"] == "ClusterRole"]
    granted = {
        (resource, verb)
        for rule in role["rules"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    }
    assert granted == asked


def test_the_account_is_the_one_that_the_role_is_bound_to() -> None:
    by_kind = {one["kind"]: one for one in documents()}
    (subject,) = by_kind["ClusterRoleBinding"]["subjects"]
    account = by_kind["ServiceAccount"]["metadata"]
    assert (subject["name"], subject["namespace"]) == (account["name"], account["namespace"])
    secret = by_kind["Secret"]["metadata"]["annotations"]
    assert secret["kubernetes.io/service-account.name"] == account["name"]


@pytest.mark.parametrize("made", [node("gpu-1"), pod("train-0", "gpu-1")])
def test_what_the_tests_serve_is_true_to_the_schema(made: dict[str, Any]) -> None:
    assert kubernetes_validate.validate(made, VERSION, strict=True) == VERSION
