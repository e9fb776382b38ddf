"""What only the kernel's log tells: of a GPU, of the fabric, of the node."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from thirdshift_agent.inject.fault import InjectedFault, logged

_NOBODY = "pid='<unknown>', name=<unknown>"
_SOMEBODY = "pid=1342, name=python3"

_XIDS: Mapping[int, str] = {
    13: f"{_SOMEBODY}, Graphics SM Warp Exception on (GPC 2, TPC 0, SM 1): Out Of Range Address",
    31: f"{_SOMEBODY}, Ch 00000008, intr 00000000. MMU Fault: ENGINE GRAPHICS GPCCLIENT_T1_0"
    " faulted @ 0x7f2a_3e000000. Fault is of type FAULT_PDE ACCESS_TYPE_VIRT_READ",
    43: f"{_SOMEBODY}, Ch 00000010",
    45: f"{_SOMEBODY}, Ch 00000010",
    48: f"{_NOBODY}, An uncorrectable double bit error (DBE) has been detected on GPU"
    " in the framebuffer at partition 6, subpartition 0.",
    62: f"{_NOBODY}, 61f2(2b04) 00000000 00000000",
    63: f"{_NOBODY}, Row Remapper: New row marked for remapping, reset gpu to activate.",
    64: f"{_NOBODY}, Row Remapper: Failed to remap row",
    74: f"{_NOBODY}, NVLink: fatal error detected on link 4(0x10000, 0x0, 0x0, 0x0, 0x0, 0x0, 0x0)",
    79: f"{_NOBODY}, GPU has fallen off the bus.",
    92: f"{_NOBODY}, High single-bit ECC error rate",
    94: f"{_SOMEBODY}, Contained: SM (0x1). RST: No, D-RST: No",
    95: f"{_NOBODY}, Uncontained: LTC TAG (0x2,0x0). RST: Yes, D-RST: No",
    109: f"{_SOMEBODY}, Ch 00000008, errorString CTX SWITCH TIMEOUT, Info 0x4c00c",
    119: f"{_SOMEBODY}, Timeout after 6s of waiting for RPC response from GPU0 GSP!"
    " Expected function 76 (GSP_RM_CONTROL) (0x20800a4c 0x4).",
    120: f"{_NOBODY}, GSP task exception: invalid opcode",
    140: f"{_NOBODY}, Unrecovered ECC error",
    143: f"{_NOBODY}, GPU initialization failed",
    154: f"{_NOBODY}, GPU recovery action changed from 0x0 (None) to 0x1 (GPU Reset Required)",
    171: f"{_NOBODY}, Uncorrectable DRAM error",
    172: f"{_NOBODY}, Uncorrectable SRAM error",
    999: f"{_NOBODY}, a code that nobody has heard of",
}
_NVLINK5 = {
    144: "SAW_MVB",
    145: "RLW_REMAP",
    146: "TLW_RX",
    147: "TREX",
    148: "NVLPW_CTRL",
    149: "NETIR_LINK_DOWN",
    150: "MSE",
}
_WORDS = "(0x00000004 0x80000000 0x00000000 0x00000000 0x00000000 0x00000000)"


def _xids() -> Iterator[InjectedFault]:
    for code, text in _XIDS.items():
        yield logged(
            f"xid:{code}", "the driver logs it", f"NVRM: Xid (PCI:{{pci}}): {code}, {text}"
        )
    for code, unit in _NVLINK5.items():
        line = f"NVRM: Xid (PCI:{{pci}}): {code}, {unit} Nonfatal XC0 i0 Link 00 {_WORDS}"
        yield logged(f"xid:{code}", "the driver logs an NVLink 5 error", line)


_SWITCH = "nvidia-nvswitch3: SXid (PCI:0000:c5:00.0)"

FABRIC = (
    logged(
        "sxid:12028",
        "a switch logs an error that is not fatal",
        f"{_SWITCH}: 12028, Non-fatal, Link 32 egress non-posted PRIV error (First)",
    ),
    logged(
        "sxid:20034",
        "a switch logs a fatal error",
        f"{_SWITCH}: 20034, Fatal, Link 30 LTSSM Fault Up",
    ),
)

GPU = (
    *_xids(),
    logged(
        "gpu:off_bus",
        "the driver logs that it has fallen off the bus, without an XID",
        "NVRM: GPU {address}: GPU has fallen off the bus.",
    ),
    logged(
        "gpu:init_failed",
        "the driver cannot initialise it",
        "NVRM: GPU {address}: RmInitAdapter failed! (0x26:0x56:1463)",
    ),
    logged(
        "pcie:aer_fatal",
        "the kernel logs a fatal error of its link",
        "nvidia {address}: PCIe Bus Error: severity=Uncorrected (Fatal), type=Transaction Layer,"
        " (Requester ID)",
    ),
    logged(
        "pcie:aer_nonfatal",
        "the kernel logs an error of its link",
        "nvidia {address}: PCIe Bus Error: severity=Uncorrected (Non-Fatal),"
        " type=Transaction Layer, (Requester ID)",
    ),
    logged(
        "pcie:aer_corrected",
        "the kernel logs a corrected error of its link",
        "nvidia {address}: PCIe Bus Error: severity=Corrected, type=Physical Layer, (Receiver ID)",
    ),
)

NODE = (
    logged(
        "node:driver_mismatch",
        "the driver and its library are of different versions",
        r"NVRM: API mismatch: the client 'nvidia-smi' (pid 849)\x0aNVRM: has the version"
        r" 570.133.07, but this kernel module has\x0aNVRM: the version 575.51.02.",
    ),
    logged(
        "memory:corrected",
        "the node's memory was corrected",
        "EDAC MC0: 10 CE memory read error on CPU_SrcID#0_MC#0_Chan#1_DIMM#0"
        " (channel:1 slot:0 page:0x1f0 offset:0x0 grain:32 syndrome:0x0)",
    ),
    logged(
        "memory:uncorrected",
        "the node's memory failed",
        "EDAC MC0: 1 UE on mc#0csrow#2channel#0 (csrow:2 channel:0 page:0x0 offset:0x0 grain:64)",
    ),
    logged(
        "kernel:machine_check",
        "a processor reports an error",
        "mce: [Hardware Error]: CPU 3: Machine Check: 0 Bank 7: 8c00004000010092",
    ),
    logged(
        "kernel:oom_kill",
        "a process was killed for want of memory",
        "Out of memory: Killed process 25315 (python3) total-vm:53312244kB, anon-rss:49902300kB,"
        " file-rss:0kB, shmem-rss:0kB, UID:1000 pgtables:98000kB oom_score_adj:0",
    ),
    logged(
        "kernel:soft_lockup",
        "a processor does not come out of the kernel",
        "watchdog: BUG: soft lockup - CPU#3 stuck for 23s! [python3:1234]",
    ),
    logged(
        "kernel:hard_lockup",
        "a processor takes no interrupt",
        "NMI watchdog: Watchdog detected hard LOCKUP on cpu 5",
    ),
    logged(
        "kernel:hung_task",
        "a process waits for ever",
        "INFO: task python3:1234 blocked for more than 120 seconds.",
    ),
    logged(
        "kernel:rcu_stall",
        "a processor does not take its turn",
        "rcu: INFO: rcu_sched self-detected stall on CPU",
    ),
    logged(
        "kernel:panic",
        "the kernel gives up",
        "Kernel panic - not syncing: Fatal exception in interrupt",
    ),
    logged(
        "disk:controller_down",
        "a drive's controller is gone",
        "nvme nvme0: controller is down; will reset: CSTS=0xffffffff, PCI_STATUS=0x10",
    ),
    logged(
        "disk:io_error",
        "a disk cannot be read",
        "I/O error, dev nvme0n1, sector 32545872 op 0x0:(READ) flags 0x80700 phys_seg 1 prio"
        " class 0",
    ),
    logged(
        "disk:read_only",
        "a filesystem has become read-only",
        "EXT4-fs (sda1): Remounting filesystem read-only",
    ),
    logged(
        "disk:filesystem_error",
        "a filesystem is damaged",
        "EXT4-fs error (device sda1): ext4_find_entry:1455: inode #2: comm ls: reading directory",
    ),
    logged("ib:down", "a port is down", "mlx5_core 0000:5e:00.0 ens1np0: Link down"),
    logged(
        "ib:cable_unplugged",
        "a cable was pulled",
        "mlx5_core 0000:63:00.1: Port module event: module 1, Cable unplugged",
    ),
    logged(
        "ib:nic_health",
        "an adapter is failing",
        "mlx5_core 0000:d2:00.0: poll_health:825:(pid 0): device's health compromised"
        " - reached miss count",
    ),
)

FAULTS = (*GPU, *FABRIC, *NODE)
