"""Whom Kubernetes gave a GPU to, among the labels of DCGM's names."""

from __future__ import annotations

from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families as parse

from fakes.node_clock import NodeClock
from fakes.node_tree import NodeTree
from servers.nvml_library import NvmlLibrary
from thirdshift_agent.agent import Agent
from thirdshift_agent.nvml import NvmlDriver
from thirdshift_agent.sampling.identity import IdentityBook
from thirdshift_agent.sampling.reading import WatchedReader
from thirdshift_agent.settings import Settings

POD, CONTAINER = "0a1b2c3d-1111-2222-3333-444455556666", "c" * 64
CGROUP = (
    f"/kubepods.slice/kubepods-pod{POD.replace('-', '_')}.slice/cri-containerd-{CONTAINER}.scope"
)


def test_a_gpu_with_a_pod_names_it_and_the_others_name_none(
    library: NvmlLibrary, tmp_path: Path
) -> None:
    tree = NodeTree(tmp_path / "node")
    tree.run(4711, CGROUP)
    tree.pod("team-a", "train-0", POD, {"main": CONTAINER})
    library.set("process.0", 4711, gpu=3)
    settings = Settings("gpu-0101", tmp_path, NodeClock(), 1.0, roots=tree.roots, dcgm_names=True)
    agent = Agent(settings, IdentityBook(), lambda hear: NvmlDriver(), WatchedReader())
    agent.sampler.sample_once()
    assert agent.surroundings is not None
    agent.surroundings.look_for_users()
    families = {family.name: family for family in parse(agent.metrics("").body.decode())}
    pods = {
        sample.labels["gpu"]: (sample.labels["namespace"], sample.labels["pod"])
        for sample in families["DCGM_FI_DEV_GPU_TEMP"].samples
    }
    assert pods.pop("3") == ("team-a", "train-0")
    assert set(pods.values()) == {("", "")}
