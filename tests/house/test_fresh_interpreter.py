"""What a fresh interpreter loads for each program: what the import graph cannot see."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

PROBE = """
import json, sys
before = set(sys.modules)
{code}
print(json.dumps(sorted(set(sys.modules) - before)), file=sys.stderr)
"""
HELP = """
from thirdshift_tui.cli import main
sys.argv = ["thirdshift-tui", "--help"]
try:
    main()
except SystemExit:
    pass
"""
CONTROLLERS = {
    "alembic", "apscheduler", "fastapi", "httpx", "jinja2", "kubernetes", "matplotlib", "paramiko",
    "pydantic", "sqlalchemy", "sqlmodel", "tenacity", "uvicorn",
}  # fmt: skip


def loaded_by(code: str) -> set[str]:
    """The names of the modules that the code loads."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE.format(code=code)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stderr.splitlines()[-1]))


def packages(names: set[str]) -> set[str]:
    """Their top-level names."""
    return {name.split(".")[0] for name in names}


def test_the_agent_loads_nothing_of_the_controllers_or_the_consoles() -> None:
    loaded = packages(loaded_by("import thirdshift_agent.cli"))
    assert "thirdshift_agent" in loaded
    assert not loaded & (CONTROLLERS | {"textual", "thirdshift_controller", "thirdshift_tui"})


@pytest.mark.parametrize(
    "module",
    ["thirdshift_agent.wire", "thirdshift_controller.wire", "thirdshift_controller.wire.handoff"],
)
def test_what_is_published_loads_the_standard_library_alone(module: str) -> None:
    loaded = packages(loaded_by(f"import {module}"))
    assert loaded - sys.stdlib_module_names == {module.split(".")[0]}


def test_the_catalogue_loads_the_standard_library_alone() -> None:
    code = "from thirdshift_runbooks.catalogue import load; load()"
    assert packages(loaded_by(code)) - sys.stdlib_module_names == {"thirdshift_runbooks"}


@pytest.mark.parametrize("verb", ["list", "lint", "which xid:79", "show gpu-fell-off-bus"])
def test_the_catalogues_commands_load_nothing_that_a_node_has_not(verb: str) -> None:
    code = f"from thirdshift_controller.cli import main; main(['runbook', *{verb.split()}])"
    loaded = packages(loaded_by(code)) - sys.stdlib_module_names
    ours = {"thirdshift_agent", "thirdshift_controller", "thirdshift_runbooks"}
    assert loaded == ours


def test_the_consoles_help_loads_no_database() -> None:
    loaded = packages(loaded_by(HELP))
    assert "thirdshift_tui" in loaded
    assert not loaded & {"sqlmodel", "sqlalchemy", "fastapi", "paramiko", "matplotlib"}


def test_a_site_without_kubernetes_does_not_load_its_client() -> None:
    loaded = packages(loaded_by("import thirdshift_controller.adapters.schedulers"))
    assert "ClusterShell" in loaded
    assert "kubernetes" not in loaded


def test_the_probe_sees_what_is_loaded() -> None:
    assert {"decimal", "json.tool"} <= loaded_by("import decimal, json.tool")
