"""What each rung of the ladder runs on a node, word for word, over a real sshd."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.site import node
from servers.process import wait_for
from servers.sshd import Sshd, sshd
from thirdshift_controller.adapters.commands import RESTARTABLE, command_for
from thirdshift_controller.adapters.ssh import SshRemedy
from thirdshift_controller.adapters.ssh_connection import SshSettings
from thirdshift_controller.remedies.port import (
    RemedyNotStarted,
    RemedyOrder,
    RemedyOutcomeUnknown,
    RemedyResult,
    Return,
)
from thirdshift_runbooks.catalogue import load
from thirdshift_runbooks.page import RemoteAction

RELEASE = "-n thirdshift-agent release --reason remote remedy --for 15m"
RESUME = "-n thirdshift-agent resume"
ACTIVE = 'case "$1 $3" in {} exit 0;; esac; exit 3'
LOADED = 'case "$2" in {} exit 0;; esac; exit 1'
OTHERS = [RemoteAction.DRAIN, RemoteAction.BMC_RESET, RemoteAction.POWER_CYCLE, Return.RESUME]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Sshd]:
    with sshd(tmp_path) as one:
        yield one


def order(
    action: RemoteAction | Return, address: str = "127.0.0.1:1", services: tuple[str, ...] = ()
) -> RemedyOrder:
    return RemedyOrder(
        node("gpu-1", ssh=address), action, "00000000:3b:00.0", 3, "INC-1/1", services
    )


def applied(
    server: Sshd, action: RemoteAction, services: tuple[str, ...] = (), seconds: float = 20.0
) -> RemedyResult:
    settings = SshSettings(server.user, server.key_file, server.known_hosts_file, 20.0, seconds)
    return SshRemedy(settings).apply(order(action, server.address, services))


def test_a_gpu_is_reset_with_the_agent_off_the_driver_and_back_after(server: Sshd) -> None:
    assert applied(server, RemoteAction.GPU_RESET).exit_status == 0
    assert server.commands == [
        RELEASE,
        "-n nvidia-smi --gpu-reset -i 00000000:3B:00.0",
        RESUME,
    ]


def test_only_units_that_run_or_failed_are_stopped_and_they_start_in_the_other_order(
    server: Sshd,
) -> None:
    running = '"is-active nvidia-dcgm.service" | "is-failed nvidia-persistenced.service")'
    server.program("systemctl", ACTIVE.format(running))
    applied(server, RemoteAction.GPU_RESET)
    assert server.commands == [
        "-n systemctl stop nvidia-dcgm.service",
        "-n systemctl stop nvidia-persistenced.service",
        RELEASE,
        "-n nvidia-smi --gpu-reset -i 00000000:3B:00.0",
        "-n systemctl start nvidia-persistenced.service",
        "-n systemctl start nvidia-dcgm.service",
        RESUME,
    ]


def test_the_fabric_manager_runs_on_while_one_gpu_is_reset(server: Sshd) -> None:
    server.program("systemctl", ACTIVE.format('"is-active nvidia-fabricmanager.service")'))
    applied(server, RemoteAction.GPU_RESET)
    assert server.commands == [RELEASE, "-n nvidia-smi --gpu-reset -i 00000000:3B:00.0", RESUME]


def test_the_fabric_is_reset_whole_with_its_manager_stopped_around_it(server: Sshd) -> None:
    server.program("systemctl", ACTIVE.format('"is-active nvidia-fabricmanager.service")'))
    assert applied(server, RemoteAction.FABRIC_RESET).exit_status == 0
    assert server.commands == [
        "-n systemctl stop nvidia-fabricmanager.service",
        RELEASE,
        "-n nvidia-smi --gpu-reset",
        "-n systemctl start nvidia-fabricmanager.service",
        RESUME,
    ]


def test_the_driver_is_unloaded_and_what_was_loaded_comes_back(server: Sshd) -> None:
    server.program("grep", LOADED.format('"^nvidia_peermem " | "^nvidia_uvm ")'))
    assert applied(server, RemoteAction.DRIVER_RELOAD).exit_status == 0
    assert server.commands == [
        RELEASE,
        "-n modprobe -r nvidia_peermem",
        "-n modprobe -r nvidia_uvm",
        "-n modprobe -r nvidia",
        "-n modprobe nvidia",
        "-n modprobe nvidia_uvm",
        "-n modprobe nvidia_peermem",
        RESUME,
    ]


def test_a_driver_that_does_not_unload_is_a_failure_and_is_loaded_whole_again(server: Sshd) -> None:
    server.program("grep", LOADED.format('"^nvidia_uvm ")'))
    busy = "echo 'Module nvidia_uvm is in use.' >&2; exit 1"
    server.behave(f'case "$*" in *"-r nvidia_uvm") {busy};; esac; exit 0')
    result = applied(server, RemoteAction.DRIVER_RELOAD)
    assert (result.exit_status, result.output) == (1, "Module nvidia_uvm is in use.\n")
    assert server.commands[-3:] == ["-n modprobe nvidia", "-n modprobe nvidia_uvm", RESUME]


def test_a_reboot_is_put_on_a_timer_so_that_its_acceptance_is_seen(server: Sshd) -> None:
    server.behave("echo 'Running timer as unit: thirdshift-reboot.timer'")
    result = applied(server, RemoteAction.REBOOT)
    assert (result.exit_status, result.output) == (
        0,
        "Running timer as unit: thirdshift-reboot.timer\n",
    )
    assert server.commands == [
        "-n systemd-run --collect --unit=thirdshift-reboot --on-active=2s "
        "--timer-property=AccuracySec=100ms systemctl reboot"
    ]


def test_a_second_reboot_beside_the_first_is_a_failure(server: Sshd) -> None:
    server.behave("echo 'Unit thirdshift-reboot.timer was already loaded.' >&2; exit 1")
    assert applied(server, RemoteAction.REBOOT).exit_status == 1


def test_services_are_restarted_in_order_until_one_fails(server: Sshd) -> None:
    services = ("nvidia-fabricmanager.service", "nvidia-dcgm.service", "slurmd.service")
    server.behave('case "$*" in *dcgm*) exit 5;; esac; exit 0')
    assert applied(server, RemoteAction.SERVICE_RESTART, services).exit_status == 5
    assert server.commands == [
        "-n systemctl restart nvidia-fabricmanager.service",
        "-n systemctl restart nvidia-dcgm.service",
    ]


@pytest.mark.parametrize(
    "services",
    [
        (),
        ("sshd.service",),
        ("nvidia-dcgm",),
        ("nvidia-dcgm.service", "nvidia-dcgm.service; reboot"),
        ("$(reboot)",),
        ("--help",),
        ("nvidia-dcgm.service\n",),
    ],
)
def test_a_service_that_is_not_on_the_list_is_refused(services: tuple[str, ...]) -> None:
    with pytest.raises(RemedyNotStarted, match="may not be restarted; nothing was sent"):
        command_for(order(RemoteAction.SERVICE_RESTART, services=services))


def test_every_service_that_a_page_restarts_is_on_the_list() -> None:
    asked = {(page.id, unit) for page in load().pages for unit in page.services}
    assert {one for one in asked if one[1] not in RESTARTABLE} == set()


@pytest.mark.parametrize("action", OTHERS)
def test_what_belongs_to_a_bmc_or_a_scheduler_is_refused(action: RemoteAction | Return) -> None:
    with pytest.raises(RemedyNotStarted, match=f"{action} is not on the list"):
        command_for(order(action))


def test_every_rung_is_either_allowed_here_or_anothers() -> None:
    for action in set(RemoteAction) - set(OTHERS):
        assert command_for(order(action, services=RESTARTABLE[:1]))


def test_an_agent_that_does_not_let_go_keeps_nobody_from_trying(server: Sshd) -> None:
    server.make_way("echo 'no agent runs here' >&2; exit 2")
    result = applied(server, RemoteAction.GPU_RESET)
    assert (result.exit_status, result.output) == (0, "no agent runs here\nno agent runs here\n")


def test_a_unit_that_does_not_start_again_is_a_failure(server: Sshd) -> None:
    server.program("systemctl", ACTIVE.format('"is-active nvidia-fabricmanager.service")'))
    server.make_way('case "$*" in *"start nvidia"*) exit 6;; esac; exit 0')
    assert applied(server, RemoteAction.FABRIC_RESET).exit_status == 6
    assert server.commands[-1] == RESUME


def test_a_failed_reset_is_a_failure_and_the_way_back_is_gone_all_the_same(server: Sshd) -> None:
    server.behave("echo 'In use by another client'; exit 255")
    assert applied(server, RemoteAction.GPU_RESET).exit_status == 255
    assert server.commands[-1] == RESUME


def test_the_way_back_is_gone_though_the_connection_is_lost(server: Sshd) -> None:
    server.program("systemctl", ACTIVE.format('"is-active nvidia-persistenced.service")'))
    session = "$(awk '/^PPid:/ {print $2}' /proc/$PPID/status)"
    server.behave(f"kill -9 {session}; echo reset; exit 0")
    with pytest.raises(RemedyOutcomeUnknown, match="cut off before its end"):
        applied(server, RemoteAction.GPU_RESET)
    wait_for(lambda: RESUME in server.commands, "the agent to have the driver again")
    assert server.commands[-2:] == ["-n systemctl start nvidia-persistenced.service", RESUME]


def test_the_way_back_is_gone_though_nobody_waits_any_longer(server: Sshd) -> None:
    server.behave(f"while test ! -e {server.folder / 'go-on'}; do sleep 0.1; done; echo reset")
    with pytest.raises(RemedyOutcomeUnknown, match="no end within 1 s"):
        applied(server, RemoteAction.GPU_RESET, seconds=1.0)
    assert RESUME not in server.commands
    (server.folder / "go-on").touch()
    wait_for(lambda: RESUME in server.commands, "the agent to have the driver again")
