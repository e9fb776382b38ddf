"""What the kernel says of the host around the GPUs: real lines, and what each happening becomes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from thirdshift_agent.kernel_log.witness import Witness
from thirdshift_agent.observation import Observation

AT = datetime(2026, 11, 2, tzinfo=UTC)


def told(lines: str) -> list[Observation]:
    heard: list[Observation] = []
    seconds = 0.0
    witness = Witness(heard.extend, lambda: seconds)
    for number, line in enumerate(lines.strip("\n").splitlines()):
        witness.listen(line, AT, number / 1000)
    seconds = 60.0
    witness.hand_over()
    assert not witness.undecided
    return heard


def only(lines: str) -> Observation:
    (seen,) = told(lines)
    return seen


Case = tuple[str, str, str | None, dict[str, str]]

NVIDIA: list[Case] = [
    (
        "NVRM: GPU 0000:13:00.0: RmInitAdapter failed! (0x26:0x56:1463)\n"
        "NVRM: GPU 0000:13:00.0: rm_init_adapter failed, device minor number 0",
        "gpu:init_failed",
        "00000000:13:00.0",
        {"rule": "kernel:gpu_init", "status": "0x26:0x56:1463"},
    ),
    (
        "NVRM: RmInitAdapter failed! (0x26:0xffff:1375)",
        "gpu:init_failed",
        None,
        {"rule": "kernel:gpu_init", "status": "0x26:0xffff:1375"},
    ),
    (
        "NVRM: The NVIDIA probe routine failed for 1 device(s).",
        "gpu:init_failed",
        None,
        {"rule": "kernel:gpu_probe", "devices": "1", "reason": "failed"},
    ),
    (
        "NVRM: The NVIDIA probe routine was not called for 3 device(s).",
        "gpu:init_failed",
        None,
        {"rule": "kernel:gpu_probe", "devices": "3", "reason": "was not called"},
    ),
    (
        r"NVRM: API mismatch: the client 'nvidia-powerd' (pid 849)\x0aNVRM: has the version "
        r"570.133.07, but this kernel module has\x0aNVRM: the version 575.51.02.  Please make "
        r"sure that this\x0aNVRM: kernel module and all NVIDIA driver components",
        "node:driver_mismatch",
        None,
        {
            "rule": "kernel:api_mismatch",
            "client_version": "570.133.07",
            "module_version": "575.51.02",
        },
    ),
    (
        r"NVRM: API mismatch: the client has the version 352.63, but\x0aNVRM: this kernel module "
        r"has the version 352.79.  Please make sure that this",
        "node:driver_mismatch",
        None,
        {"rule": "kernel:api_mismatch", "client_version": "352.63", "module_version": "352.79"},
    ),
]

PCIE: list[Case] = [
    (
        """\
pcieport 0000:3a:00.0: AER: Uncorrected (Fatal) error received: 0000:3b:00.0
nvidia 0000:3b:00.0: PCIe Bus Error: severity=Uncorrected (Fatal), type=Transaction Layer, \
(Requester ID)
nvidia 0000:3b:00.0:   device [10de:2330] error status/mask=00004020/00000000
nvidia 0000:3b:00.0:    [ 5] SDES                  \x20
nvidia 0000:3b:00.0:    [14] CmpltTO                (First)
nvidia 0000:3b:00.0: AER: can't recover (no error_detected callback)
pcieport 0000:3a:00.0: AER: device recovery failed""",
        "pcie:aer_fatal",
        "00000000:3b:00.0",
        {
            "rule": "kernel:aer",
            "reported_by": "00000000:3a:00.0",
            "driver": "nvidia",
            "layer": "Transaction Layer",
            "agent": "Requester ID",
            "vendor_device": "10de:2330",
            "status": "00004020",
            "mask": "00000000",
            "errors": "SDES, CmpltTO",
            "first_error": "CmpltTO",
        },
    ),
    (
        """\
pcieport 0000:00:03.1: AER: Correctable error message received from 0000:00:00.0
pcieport 0000:00:03.1: PCIe Bus Error: severity=Correctable, type=Data Link Layer, \
(Transmitter ID)
pcieport 0000:00:03.1:   device [1022:1453] error status/mask=00001000/00006000
pcieport 0000:00:03.1:    [12] Timeout               \x20""",
        "pcie:aer_corrected",
        "00000000:00:03.1",
        {
            "rule": "kernel:aer",
            "reported_by": "00000000:00:03.1",
            "driver": "pcieport",
            "layer": "Data Link Layer",
            "agent": "Transmitter ID",
            "vendor_device": "1022:1453",
            "status": "00001000",
            "mask": "00006000",
            "errors": "Timeout",
        },
    ),
    (
        """\
pcieport 0000:00:1c.5: AER: Multiple Corrected error received: id=00e5
pcieport 0000:00:1c.5: can't find device of ID00e5""",
        "pcie:aer_corrected",
        "00000000:00:1c.5",
        {"rule": "kernel:aer", "reported_by": "00000000:00:1c.5", "multiple": "yes"},
    ),
    (
        """\
pcieport 0000:00:1c.5: AER: Corrected error received: id=00e5
pcieport 0000:00:1c.5: PCIe Bus Error: severity=Corrected, type=Physical Layer, \
id=00e5(Receiver ID)
pcieport 0000:00:1c.5:   device [8086:9d15] error status/mask=00000001/00002000
pcieport 0000:00:1c.5:    [ 0] Receiver Error         (First)""",
        "pcie:aer_corrected",
        "00000000:00:1c.5",
        {
            "rule": "kernel:aer",
            "reported_by": "00000000:00:1c.5",
            "driver": "pcieport",
            "layer": "Physical Layer",
            "agent": "Receiver ID",
            "vendor_device": "8086:9d15",
            "status": "00000001",
            "mask": "00002000",
            "errors": "Receiver Error",
            "first_error": "Receiver Error",
        },
    ),
    (
        """\
nvme 0000:03:00.0: AER: PCIe Bus Error: severity=Corrected, type=Physical Layer, (Receiver ID)
nvme 0000:03:00.0: AER:   device [144d:a808] error status/mask=00000001/0000e000
nvme 0000:03:00.0: AER:    [ 0] RxErr
nvme 0000:03:00.0: AER:   Error of this Agent is reported first""",
        "pcie:aer_corrected",
        "00000000:03:00.0",
        {
            "rule": "kernel:aer",
            "driver": "nvme",
            "layer": "Physical Layer",
            "agent": "Receiver ID",
            "vendor_device": "144d:a808",
            "status": "00000001",
            "mask": "0000e000",
            "errors": "RxErr",
        },
    ),
    (
        "mlx5_core 0000:5e:00.0: PCIe Bus Error: severity=Uncorrected (Non-Fatal), "
        "type=Transaction Layer, (Completer ID)",
        "pcie:aer_nonfatal",
        "00000000:5e:00.0",
        {
            "rule": "kernel:aer",
            "driver": "mlx5_core",
            "layer": "Transaction Layer",
            "agent": "Completer ID",
        },
    ),
]

MEMORY: list[Case] = [
    (
        "EDAC MC0: 10 CE memory read error on CPU_SrcID#0_MC#0_Chan#1_DIMM#0 (channel:1 slot:0 "
        "page:0x10de60 offset:0x680 grain:32 syndrome:0x0)",
        "memory:corrected",
        None,
        {
            "rule": "kernel:edac",
            "controller": "MC0",
            "errors": "10",
            "error": "memory read error",
            "dimm": "CPU_SrcID#0_MC#0_Chan#1_DIMM#0",
            "where": "channel:1 slot:0 page:0x10de60 offset:0x680 grain:32 syndrome:0x0",
        },
    ),
    (
        "EDAC MC0: 1 UE on mc#0csrow#2channel#0 (csrow:2 channel:0 page:0x0 offset:0x0 grain:64)",
        "memory:uncorrected",
        None,
        {
            "rule": "kernel:edac",
            "controller": "MC0",
            "errors": "1",
            "dimm": "mc#0csrow#2channel#0",
            "where": "csrow:2 channel:0 page:0x0 offset:0x0 grain:64",
        },
    ),
    (
        """\
mce: [Hardware Error]: Machine check events logged
mce: [Hardware Error]: CPU 3: Machine Check: 0 Bank 7: 8c00004000010092
mce: [Hardware Error]: TSC 0 ADDR 849923380 MISC 42525286
mce: [Hardware Error]: PROCESSOR 0:206d7 TIME 1580149818 SOCKET 0 APIC 0 microcode 0""",
        "kernel:machine_check",
        None,
        {
            "rule": "kernel:mce",
            "cpu": "3",
            "mcg_status": "0",
            "bank": "7",
            "status": "8c00004000010092",
            "memory_address": "849923380",
            "processor": "0:206d7",
            "socket": "0",
        },
    ),
    (
        """\
mce: [Hardware Error]: Machine check events logged
[Hardware Error]: Corrected error, no action required.
[Hardware Error]: CPU:0 (17:31:0) MC17_STATUS[Over|CE|MiscV|AddrV|-|-|SyndV|CECC|-|-|-]: \
0xdc2040000000011b""",
        "kernel:machine_check",
        None,
        {
            "rule": "kernel:mce",
            "severity": "Corrected error",
            "cpu": "0",
            "bank": "17",
            "status": "0xdc2040000000011b",
        },
    ),
    (
        """\
{35}[Hardware Error]: Hardware error from APEI Generic Hardware Error Source: 4
{35}[Hardware Error]: It has been corrected by h/w and requires no further action
{35}[Hardware Error]: event severity: corrected
{35}[Hardware Error]:  Error 0, type: corrected
{35}[Hardware Error]:  fru_text: D2
{35}[Hardware Error]:   section_type: memory error
{35}[Hardware Error]:   physical_address: 0x0000006a47d1f540
{35}[Hardware Error]:   error_type: 2, single-bit ECC
{35}[Hardware Error]:   DIMM location: CPU 2 DIMM 30""",
        "kernel:machine_check",
        None,
        {
            "rule": "kernel:ghes",
            "severity": "corrected",
            "fru": "D2",
            "section": "memory error",
            "memory_address": "0x0000006a47d1f540",
            "error": "2, single-bit ECC",
            "dimm": "CPU 2 DIMM 30",
        },
    ),
]

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


@pytest.mark.parametrize(
    ("lines", "name", "pci_address", "facts"), NVIDIA + PCIE + MEMORY + TROUBLE + DISK + NETWORK
)
def test_a_happening_is_told_once_with_all_that_its_lines_say(
    lines: str, name: str, pci_address: str | None, facts: dict[str, str]
) -> None:
    seen = only(lines)
    assert (f"{seen.kind}:{seen.code}", seen.pci_address) == (name, pci_address)
    assert seen.facts == facts


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


def test_the_evidence_of_a_happening_is_all_its_lines() -> None:
    lines = PCIE[1][0]
    assert only(lines).message == " | ".join(line.rstrip() for line in lines.splitlines())


def test_what_comes_again_is_told_again() -> None:
    lines = "\n".join([PCIE[0][0]] * 3 + [MEMORY[2][0]] * 2 + [DISK[4][0]] * 2)
    names = [f"{seen.kind}:{seen.code}" for seen in told(lines)]
    assert sorted(names) == (
        ["disk:io_error"] * 2 + ["kernel:machine_check"] * 2 + ["pcie:aer_fatal"] * 3
    )


def test_errors_of_two_devices_are_two_though_their_lines_mingle() -> None:
    first, second = "0000:3b:00.0", "0000:5e:00.0"
    lines = [
        f"pcieport 0000:{port}:00.0: AER: Correctable error message received from {device}\n"
        for port, device in (("3a", first), ("5d", second))
    ]
    for device in (second, first):
        lines.append(
            f"nvidia {device}: PCIe Bus Error: severity=Correctable, type=Physical Layer, "
            "(Receiver ID)\n"
        )
    for device in (first, second):
        lines.append(f"nvidia {device}:   device [10de:2330] error status/mask=00000001/00002000\n")
    seen = sorted(told("".join(lines)), key=lambda each: each.pci_address or "")
    assert [(each.pci_address, each.facts["reported_by"]) for each in seen] == [
        ("00000000:3b:00.0", "00000000:3a:00.0"),
        ("00000000:5e:00.0", "00000000:5d:00.0"),
    ]
    assert all("status" in each.facts for each in seen)
