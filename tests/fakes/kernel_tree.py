"""A node's `/sys` and `/proc` of a test's own making, in the shapes that the kernel gives them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from thirdshift_agent.collectors.host.collector import Roots

GPU: dict[str, object] = {"class": "0x030200", "vendor": "0x10de", "device": "0x2330"}
NVSWITCH: dict[str, object] = {"class": "0x068000", "vendor": "0x10de", "device": "0x22a3"}
ADAPTER: dict[str, object] = {"class": "0x020700", "vendor": "0x15b3", "device": "0x1021"}
DRIVE: dict[str, object] = {"class": "0x010802", "vendor": "0x144d", "device": "0xa824"}

AER: dict[str, object] = {
    "aer_dev_correctable": "RxErr 0\nBadTLP 3\nBadDLLP 1\nTimeout 0\nTOTAL_ERR_COR 4",
    "aer_dev_nonfatal": "Undefined 0\nDLP 0\nCmpltTO 2\nTOTAL_ERR_NONFATAL 2",
    "aer_dev_fatal": "Undefined 0\nSDES 0\nTOTAL_ERR_FATAL 0",
}

KTHREADD = "2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 0 0 0 20 0 1 0 25 0 0"


@dataclass(frozen=True, slots=True)
class KernelTree:
    """Folders under one of the test's."""

    root: Path

    @property
    def roots(self) -> Roots:
        return Roots(self.root / "sys", self.root / "proc", self.root / "dev")

    def write(self, folder: str, files: Mapping[str, object]) -> Path:
        """Each file under `folder`, and the newline that the kernel ends it with."""
        for name, content in files.items():
            path = self.root / folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{content}\n", encoding="utf-8")
        return self.root / folder

    def link(self, path: str, target: str) -> None:
        """A relative link, as the kernel makes them; the target comes to be if it is not."""
        here, there = self.root / path, self.root / target
        here.parent.mkdir(parents=True, exist_ok=True)
        there.mkdir(parents=True, exist_ok=True)
        here.symlink_to(os.path.relpath(there, here.parent))

    def pci(
        self,
        address: str,
        files: Mapping[str, object],
        port: str = "0000:00:01.0",
        driver: str | None = None,
    ) -> None:
        """A device below a port."""
        home = f"sys/devices/pci0000:00/{port}/{address}"
        self.write(home, files)
        self.link(f"sys/bus/pci/devices/{address}", home)
        if not (self.root / f"sys/bus/pci/devices/{port}").is_symlink():
            self.write(f"sys/devices/pci0000:00/{port}", {"class": "0x060400"})
            self.link(f"sys/bus/pci/devices/{port}", f"sys/devices/pci0000:00/{port}")
        if driver:
            self.link(f"{home}/driver", f"sys/bus/pci/drivers/{driver}")

    def adapter(self, name: str, address: str, link_layer: str = "InfiniBand") -> None:
        """A network adapter with one port, its link up."""
        home = f"sys/class/infiniband/{name}"
        about = {"hca_type": "MT4129", "board_id": "MT_0000000838", "fw_ver": "28.39.1002"}
        self.write(home, about)
        port = {
            "state": "4: ACTIVE",
            "phys_state": "5: LinkUp",
            "rate": "400 Gb/sec (4X NDR)",
            "link_layer": link_layer,
        }
        self.write(f"{home}/ports/1", port)
        self.write(f"{home}/ports/1/counters", _PORT_COUNTERS)
        self.write(f"{home}/ports/1/hw_counters", _HARDWARE_COUNTERS)
        self.link(f"{home}/device", f"sys/bus/pci/devices/{address}")

    def interface(self, name: str, address: str, **files: object) -> None:
        """A network interface of hardware, up."""
        home = f"sys/class/net/{name}"
        whole = {
            "operstate": "up",
            "carrier": 1,
            "flags": "0x1003",
            "speed": 400_000,
            "carrier_changes": 3,
            "carrier_down_count": 1,
            **{f"statistics/{count}": number for number, count in enumerate(_STATISTICS)},
            **files,
        }
        self.write(home, {key: value for key, value in whole.items() if value is not None})
        self.link(f"{home}/device", f"sys/bus/pci/devices/{address}")

    def drive(self, name: str, address: str, **files: object) -> None:
        """An NVMe drive, its sensor and its disk."""
        home = f"sys/class/nvme/{name}"
        about = {"state": "live", "model": "MZQL23T8", "serial": "S64HNE0T", "firmware_rev": "GDC5"}
        self.write(home, {**about, "transport": "pcie", **files})
        sensor = {"name": "nvme", "temp1_input": 38850, "temp1_crit": 84850, "temp1_alarm": 0}
        self.write(f"{home}/hwmon3", sensor)
        self.link(f"{home}/device", f"sys/bus/pci/devices/{address}")
        self.disk(f"{name}n1", home)

    def disk(self, name: str, device: str, **files: object) -> None:
        """A disk of the block layer."""
        stat = "  1234  5  80000  900  4321  7  16000  3000  2  4500  3900  0 0 0 0 0 0"
        whole = {"size": 7_501_476_528, "ro": 0, "removable": 0, "hidden": 0, "stat": stat}
        self.write(f"sys/block/{name}", whole | files)
        self.link(f"sys/block/{name}/device", device)

    def module(
        self, controller: int, number: int, corrected: int = 0, uncorrected: int = 0
    ) -> None:
        """A memory module and its controller."""
        home = f"sys/devices/system/edac/mc/mc{controller}"
        noinfo = {"ce_noinfo_count": 0, "ue_noinfo_count": 0, "mc_name": "Intel_10nm"}
        self.write(home, {"ce_count": corrected, "ue_count": uncorrected, **noinfo})
        counts = {"dimm_ce_count": corrected, "dimm_ue_count": uncorrected}
        label: dict[str, object] = {
            "dimm_label": f"CPU_SrcID#0_MC#{controller}_Chan#0_DIMM#{number}"
        }
        self.write(f"{home}/dimm{number}", label | counts)

    def chip(self, number: int, name: str, device: str, files: Mapping[str, object]) -> None:
        """A chip with sensors."""
        home = f"sys/class/hwmon/hwmon{number}"
        self.write(home, {"name": name, **files})
        self.link(f"{home}/device", f"sys/devices/platform/{device}")

    def process(self, pid: int, name: str, state: str = "S", flags: int = 0x400000) -> None:
        """A process, by the head of its `stat`."""
        stat = f"{pid} ({name}) {state} 1 1 1 0 -1 {flags} 0 0"
        self.write(f"proc/{pid}", {"stat": stat})


_PORT_COUNTERS = {
    "symbol_error": 7,
    "link_error_recovery": 2,
    "link_downed": 5,
    "port_rcv_errors": 3,
    "port_rcv_remote_physical_errors": 0,
    "port_rcv_switch_relay_errors": 0,
    "port_xmit_discards": 11,
    "port_xmit_constraint_errors": 0,
    "port_rcv_constraint_errors": 0,
    "local_link_integrity_errors": 1,
    "excessive_buffer_overrun_errors": 4,
    "VL15_dropped": 0,
    "port_rcv_data": 250_000,
    "port_xmit_data": 500_000,
    "port_rcv_packets": 1000,
    "port_xmit_packets": 2000,
    "port_xmit_wait": 99,
    "multicast_rcv_packets": 0,
    "multicast_xmit_packets": 0,
    "unicast_rcv_packets": 1000,
    "unicast_xmit_packets": 2000,
}
_HARDWARE_COUNTERS = {
    "lifespan": 10,
    "out_of_sequence": 21,
    "out_of_buffer": 0,
    "packet_seq_err": 22,
    "local_ack_timeout_err": 23,
    "rnr_nak_retry_err": 24,
    "roce_adp_retrans": 25,
    "roce_adp_retrans_to": 26,
    "duplicate_request": 0,
}
_STATISTICS = (
    "rx_bytes",
    "tx_bytes",
    "rx_errors",
    "tx_errors",
    "rx_crc_errors",
    "rx_dropped",
    "tx_dropped",
)


def big_node(tree: KernelTree) -> None:
    """What a node of eight GPUs has at most beside them."""
    for number in range(8):
        tree.pci(f"0000:{number + 0x10:02x}:00.0", GPU | AER | _LINK, _port(number), "nvidia")
        address = f"0000:{number + 0x30:02x}:00.0"
        tree.pci(address, ADAPTER | AER | _LINK, _port(number + 8), "mlx5_core")
        tree.adapter(f"mlx5_{number}", address)
        tree.interface(f"ib{number}", address)
    for number in range(4):
        tree.pci(f"0000:{number + 0x50:02x}:00.0", NVSWITCH | AER | _LINK, _port(number + 16))
    for number in range(10):
        address = f"0000:{number + 0x60:02x}:00.0"
        tree.pci(address, DRIVE | AER | _LINK, _port(number + 20), "nvme")
        tree.drive(f"nvme{number}", address)
    for number in range(400):
        slot = f"{0xF0 + number // 128:02x}:{number // 8 % 16:02x}.{number % 8}"
        tree.pci(f"0000:{slot}", {"class": "0x088000"}, _port(31))
    for number in range(32):
        tree.module(number // 2, number % 2)
    for chip in range(10):
        sensors = {
            f"temp{n}_{what}": 42000
            for n in range(1, 31)
            for what in ("input", "crit", "crit_alarm")
        }
        tree.chip(chip, "coretemp", f"coretemp.{chip}", sensors)
    for zone in range(2):
        energy = {"name": f"package-{zone}", "energy_uj": 5, "max_energy_range_uj": 262143328850}
        tree.write(f"sys/class/powercap/intel-rapl:{zone}", energy)
    busy_proc(tree, cpus=128, processes=2500)


def busy_proc(tree: KernelTree, cpus: int, processes: int) -> None:
    """A `/proc` with as many lines and folders as a node in use has."""
    ticks = " ".join(["123456"] * 10)
    each = "\n".join(f"cpu{number} {ticks}" for number in range(cpus))
    interrupts = "intr " + "7 " * 6000
    stat = f"cpu  {ticks}\n{each}\n{interrupts}\nctxt 5\nbtime 1795598786\nprocs_blocked 0"
    memory = "\n".join(f"Name{n}: {n} kB" for n in range(50))
    meminfo = f"MemTotal: 2113000000 kB\nMemAvailable: 1999000000 kB\n{memory}"
    files = {"stat": stat, "meminfo": meminfo, "loadavg": "96.1 90.0 88.5 97/2500 99"}
    vmstat = "\n".join(f"counter_{n} {n}" for n in range(180)) + "\noom_kill 3"
    tree.write("proc", {**files, "uptime": "86400.5 1", "vmstat": vmstat})
    tree.write("proc/2", {"stat": KTHREADD})
    for pid in range(3, processes):
        tree.process(pid, f"kworker/{pid}", flags=0x200040)


_LINK: dict[str, object] = {
    "current_link_speed": "16.0 GT/s PCIe",
    "max_link_speed": "32.0 GT/s PCIe",
    "current_link_width": 8,
    "max_link_width": 16,
    "numa_node": 1,
}


def _port(number: int) -> str:
    return f"0000:00:{number:02x}.0"
