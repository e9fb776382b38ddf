"""What the kernel says of the system around the GPUs: real lines, and what they become."""

from __future__ import annotations

import pytest

from fakes.kernel_ears import Case, name_place_and_facts, told

TROUBLE: list[Case] = [
    (
        "oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,"
        "task_memcg=/user.slice,task=python3,pid=25315,uid=0\n"
        "Out of memory: Killed process 25315 (python3) total-vm:53312244kB, "
        "anon-rss:31451456kB, file-rss:74816kB, shmem-rss:12296kB, UID:0 pgtables:69068kB "
        "oom_score_adj:0\n"
        "oom_reaper: reaped process 25315 (python3), now anon-rss:0kB",
        "kernel:oom_kill",
        None,
        {
            "rule": "kernel:oom",
            "constraint": "CONSTRAINT_NONE",
            "process": "python3",
            "pid": "25315",
            "uid": "0",
            "anonymous_bytes": "32206290944",
        },
    ),
    (
        "Memory cgroup out of memory: Killed process 63214 ((sd-pam)) total-vm:3149468kB, "
        "anon-rss:164992kB, file-rss:52176kB, shmem-rss:92kB, UID:0",
        "kernel:oom_kill",
        None,
        {
            "rule": "kernel:oom",
            "process": "(sd-pam)",
            "pid": "63214",
            "anonymous_bytes": "168951808",
        },
    ),
    (
        "watchdog: BUG: soft lockup - CPU#3 stuck for 23s! [python3:1234]",
        "kernel:soft_lockup",
        None,
        {
            "rule": "kernel:soft_lockup",
            "cpu": "3",
            "stuck_seconds": "23",
            "process": "python3",
            "pid": "1234",
        },
    ),
    (
        "NMI watchdog: Watchdog detected hard LOCKUP on cpu 5",
        "kernel:hard_lockup",
        None,
        {"rule": "kernel:hard_lockup", "cpu": "5"},
    ),
    (
        "watchdog: CPU5: Watchdog detected hard LOCKUP on cpu 5",
        "kernel:hard_lockup",
        None,
        {"rule": "kernel:hard_lockup", "cpu": "5"},
    ),
    (
        "INFO: task kworker/3:1:1234 blocked for more than 120 seconds.",
        "kernel:hung_task",
        None,
        {
            "rule": "kernel:hung_task",
            "process": "kworker/3:1",
            "pid": "1234",
            "blocked_seconds": "120",
        },
    ),
    (
        "rcu: INFO: rcu_sched self-detected stall on CPU\n"
        "rcu: \t3-....: (5250 ticks this GP) idle=0b2/1/0x4000000000000000\n"
        "rcu: rcu_sched kthread starved for 5250 jiffies! g1 f0x0 RCU_GP_WAIT_FQS(5)",
        "kernel:rcu_stall",
        None,
        {"rule": "kernel:rcu", "flavour": "rcu_sched"},
    ),
    (
        "rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:",
        "kernel:rcu_stall",
        None,
        {"rule": "kernel:rcu", "flavour": "rcu_preempt"},
    ),
    (
        "BUG: unable to handle page fault for address: 0000000000002a04\n"
        "#PF: supervisor read access in kernel mode\n"
        "#PF: error_code(0x0000) - not-present page\n"
        "PGD 0 P4D 0\n"
        "Oops: 0000 [#1] SMP NOPTI",
        "kernel:oops",
        None,
        {
            "rule": "kernel:oops",
            "reason": "unable to handle page fault for address: 0000000000002a04",
        },
    ),
    (
        "Kernel panic - not syncing: Fatal exception in interrupt",
        "kernel:panic",
        None,
        {"rule": "kernel:panic", "reason": "Fatal exception in interrupt"},
    ),
]

DISK: list[Case] = [
    (
        "nvme nvme0: controller is down; will reset: CSTS=0xffffffff, PCI_STATUS=0x10\n"
        "nvme nvme0: Does your device have a faulty power saving mode enabled?",
        "disk:controller_down",
        None,
        {"rule": "kernel:nvme", "device": "nvme0", "status": "0xffffffff"},
    ),
    (
        "nvme nvme0: Disabling device after reset failure: -19",
        "disk:controller_down",
        None,
        {
            "rule": "kernel:nvme",
            "device": "nvme0",
            "reason": "Disabling device after reset failure",
        },
    ),
    (
        "nvme nvme1: I/O 775 QID 2 timeout, aborting",
        "disk:io_error",
        None,
        {"rule": "kernel:nvme_timeout", "device": "nvme1", "queue": "2", "answer": "aborting"},
    ),
    (
        "nvme nvme0: I/O tag 12 (100c) opcode 0x2 (I/O Cmd) QID 3 timeout, reset controller",
        "disk:io_error",
        None,
        {
            "rule": "kernel:nvme_timeout",
            "device": "nvme0",
            "queue": "3",
            "answer": "reset controller",
        },
    ),
    (
        "nvme0n1: I/O Cmd(0x2) @ LBA 32545872, 8 blocks, I/O Error (sct 0x3 / sc 0x71) \n"
        "I/O error, dev nvme0n1, sector 32545872 op 0x0:(READ) flags 0x80700 phys_seg 1 prio "
        "class 2\n"
        "Buffer I/O error on dev nvme0n1p1, logical block 4067978, async page read",
        "disk:io_error",
        None,
        {
            "rule": "kernel:nvme_command",
            "device": "nvme0n1",
            "sector": "32545872",
            "status_type": "0x3",
            "status": "0x71",
            "error": "I/O",
            "operation": "READ",
        },
    ),
    (
        "blk_update_request: critical medium error, dev sda, sector 123456",
        "disk:io_error",
        None,
        {
            "rule": "kernel:block",
            "device": "sda",
            "sector": "123456",
            "error": "critical medium",
        },
    ),
    (
        "EXT4-fs error (device sda1): ext4_find_entry:1455: inode #2: comm ls: reading directory "
        "lblock 0",
        "disk:filesystem_error",
        None,
        {"rule": "kernel:filesystem", "device": "sda1", "function": "ext4_find_entry"},
    ),
    (
        "EXT4-fs (sda1): Remounting filesystem read-only",
        "disk:read_only",
        None,
        {"rule": "kernel:filesystem", "device": "sda1"},
    ),
    (
        "XFS (nvme0n1): Corruption of in-memory data detected.  Shutting down filesystem",
        "disk:filesystem_error",
        None,
        {"rule": "kernel:filesystem", "device": "nvme0n1"},
    ),
    (
        'XFS (sdb1): metadata I/O error in "xfs_buf_ioend+0x1c5" at daddr 0x8 len 8 error 5',
        "disk:filesystem_error",
        None,
        {"rule": "kernel:filesystem", "device": "sdb1"},
    ),
    (
        "BTRFS info (device sda1: state E): forced readonly",
        "disk:read_only",
        None,
        {"rule": "kernel:filesystem", "device": "sda1"},
    ),
    (
        "Aborting journal on device sda1-8.",
        "disk:filesystem_error",
        None,
        {"rule": "kernel:filesystem", "device": "sda1-8"},
    ),
]

NETWORK: list[Case] = [
    (
        "mlx5_core 0000:5e:00.0 ens1np0: Link down",
        "ib:down",
        "00000000:5e:00.0",
        {"rule": "kernel:mlx5_link", "interface": "ens1np0"},
    ),
    (
        "mlx5_core 0000:63:00.1: Port module event: module 1, Cable unplugged",
        "ib:cable_unplugged",
        "00000000:63:00.1",
        {"rule": "kernel:mlx5_module", "module": "1"},
    ),
    (
        "mlx5_core 0000:5c:00.0: mlx5_port_module_event:1131:(pid 0): Port module event[error]: "
        "module 0, Cable error, High Temperature",
        "ib:cable_error",
        "00000000:5c:00.0",
        {"rule": "kernel:mlx5_module", "module": "0", "error": "High Temperature"},
    ),
    (
        "mlx5_core 0000:d2:00.0: poll_health:825:(pid 0): device's health compromised - reached "
        "miss count",
        "ib:nic_health",
        "00000000:d2:00.0",
        {"rule": "kernel:mlx5_health", "error": "device's health compromised"},
    ),
    (
        "mlx5_core 0000:01:00.0: mlx5_pcie_event:326:(pid 165): Detected insufficient power on the "
        "PCIe slot (27W).",
        "ib:nic_health",
        "00000000:01:00.0",
        {
            "rule": "kernel:mlx5_health",
            "error": "Detected insufficient power on the PCIe slot",
        },
    ),
]


@pytest.mark.parametrize(("lines", "name", "pci_address", "facts"), TROUBLE + DISK + NETWORK)
def test_a_happening_is_told_once_with_all_that_its_lines_say(
    lines: str, name: str, pci_address: str | None, facts: dict[str, str]
) -> None:
    assert name_place_and_facts(lines) == (name, pci_address, facts)


ORDINARY = [
    "nvme nvme0: 4/0/0 default/read/poll queues",
    "EXT4-fs (sda1): mounted filesystem with ordered data mode. Opts: (null)",
    "XFS (sdb1): Mounting V5 Filesystem",
    "rcu: Hierarchical RCU implementation.",
    "mlx5_core 0000:5e:00.0 ens1np0: Link up",
    "mlx5_core 0000:5e:00.0: Port module event: module 0, Cable plugged",
    "pcieport 0000:00:1d.0: AER: enabled with IRQ 122",
    "mce: CPU supports 9 MCE banks",
    "mce: [Hardware Error]: Run the above through 'mcelog --ascii'",
    "EDAC MC: Ver: 3.0.0",
    "EDAC sbridge MC0: HANDLING MCE MEMORY ERROR",
    "INFO: lockdep is turned off.",
    "watchdog: Delayed init of the lockup detector failed: -19",
    "audit: Out of memory: Killed process 1 (x)",
    "NVRM: GPU 0000:3b:00.0: rm_disable_adapter",
]


@pytest.mark.parametrize("line", ORDINARY)
def test_ordinary_lines_say_nothing(line: str) -> None:
    assert told(line) == []


def test_an_error_that_comes_again_is_told_again() -> None:
    names = [f"{seen.kind}:{seen.code}" for seen in told("\n".join([DISK[4][0]] * 2))]
    assert names == ["disk:io_error"] * 2
