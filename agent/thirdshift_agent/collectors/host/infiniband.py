"""Ports of InfiniBand and RoCE adapters: whether the link is up, and what it got wrong.

Virtual functions are left out: their port is that of the physical one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from thirdshift_agent.collectors.host.collector import HostCollector, Reading, Roots, known
from thirdshift_agent.collectors.host.kernel_files import (
    FileRow,
    link_name,
    number,
    parts_of,
    pci_address,
    read_rows,
    rows_of,
    text,
    things_in,
    word,
)
from thirdshift_agent.collectors.row import Labels, Readings, Row, Series

_PORT = ("device", "port")
_WORD_BYTES = 4
"""The standard counts a port's data in words of four octets."""

_STATE = re.compile(r"\d+: (?P<state>\w+)", re.ASCII)
_RATE = re.compile(r"(?P<gigabits>\d{1,6}(?:\.\d{1,6})?) Gb/sec.*", re.ASCII)
_NUMBERED = re.compile(r"\d+", re.ASCII)
_ANY = re.compile(r".+")

UP = Row("ib_port_up", "Whether the link is active.", _PORT)
PHYSICALLY_UP = Row("ib_port_physically_up", "Whether the port has trained its link.", _PORT)
RATE = Row("ib_port_rate_bytes_per_second", "What the link can carry each way.", _PORT)
LINK_DOWNED = Row(
    "ib_port_link_downed_total",
    "Times the link went down; of the network interface where the port itself does not count.",
    _PORT,
)
INFO = Row(
    "ib_port_info",
    "What the port is part of.",
    (
        *_PORT,
        "link_layer",
        "netdev",
        "pci_address",
        "hca_type",
        "board_id",
        "fw_ver",
    ),
)


def _counter(path: str, name: str, help_: str, scale: float = 1.0) -> FileRow:
    return FileRow(path, Row(f"ib_port_{name}_total", help_, _PORT), scale)


_COUNTERS = (
    _counter("counters/symbol_error", "symbol_errors", "Symbols that arrived damaged."),
    _counter(
        "counters/link_error_recovery",
        "link_error_recoveries",
        "Times the link trained itself anew and stayed up.",
    ),
    _counter("counters/port_rcv_errors", "receive_errors", "Packets that arrived damaged."),
    _counter(
        "counters/port_rcv_remote_physical_errors",
        "receive_remote_physical_errors",
        "Packets that another port of the way had marked as damaged.",
    ),
    _counter(
        "counters/port_xmit_discards",
        "transmit_discards",
        "Packets not sent because the port was down or congested.",
    ),
    _counter(
        "counters/local_link_integrity_errors",
        "local_link_integrity_errors",
        "Times local physical errors passed their threshold.",
    ),
    _counter(
        "counters/excessive_buffer_overrun_errors",
        "excessive_buffer_overrun_errors",
        "Times buffers overran for longer than flow control allows.",
    ),
    _counter("counters/VL15_dropped", "vl15_dropped", "Management packets dropped."),
    _counter("counters/port_rcv_data", "receive_bytes", "Bytes received.", _WORD_BYTES),
    _counter("counters/port_xmit_data", "transmit_bytes", "Bytes sent.", _WORD_BYTES),
    _counter(
        "counters/port_xmit_wait",
        "transmit_wait_ticks",
        "Ticks of the chip that data waited for the other side; how long a tick is, it keeps.",
    ),
    _counter("hw_counters/out_of_sequence", "out_of_sequence", "Packets out of their order."),
    _counter("hw_counters/out_of_buffer", "out_of_buffer", "Packets dropped for want of a buffer."),
    _counter("hw_counters/packet_seq_err", "packet_sequence_errors", "Sequence errors told to us."),
    _counter(
        "hw_counters/local_ack_timeout_err",
        "local_ack_timeouts",
        "Times no acknowledgement came in time.",
    ),
    _counter(
        "hw_counters/rnr_nak_retry_err",
        "receiver_not_ready_naks",
        "Times the other side was not ready to receive.",
    ),
    _counter(
        "hw_counters/duplicate_request", "duplicate_requests", "Requests that came a second time."
    ),
    _counter(
        "hw_counters/implied_nak_seq_err",
        "implied_nak_sequence_errors",
        "Acknowledgements that skipped one.",
    ),
    _counter(
        "hw_counters/roce_adp_retrans",
        "roce_adaptive_retransmissions",
        "Adaptive retransmissions.",
    ),
    _counter(
        "hw_counters/roce_adp_retrans_to",
        "roce_adaptive_retransmission_timeouts",
        "Timeouts that adaptive retransmission met.",
    ),
    _counter("hw_counters/roce_slow_restart", "roce_slow_restarts", "Slow restarts."),
    _counter(
        "hw_counters/rx_icrc_encapsulated",
        "receive_icrc_errors",
        "RoCE packets whose invariant checksum was wrong.",
    ),
    _counter(
        "hw_counters/req_cqe_error",
        "requester_completion_errors",
        "Own requests that completed with an error.",
    ),
    _counter(
        "hw_counters/resp_cqe_error",
        "responder_completion_errors",
        "Requests of others that completed with an error.",
    ),
    _counter(
        "hw_counters/np_ecn_marked_roce_packets",
        "ecn_marked_packets",
        "RoCE packets that arrived marked for congestion.",
    ),
    _counter(
        "hw_counters/np_cnp_sent", "congestion_notices_sent", "Notices of congestion that we sent."
    ),
    _counter(
        "hw_counters/rp_cnp_handled",
        "congestion_notices_handled",
        "Notices of congestion that slowed us down.",
    ),
)

ROWS: tuple[Row, ...] = (UP, PHYSICALLY_UP, RATE, LINK_DOWNED, INFO, *rows_of(_COUNTERS))


def read(roots: Roots) -> Readings:
    """Read every port of every adapter. Source: `/sys/class/infiniband`."""
    readings: dict[Series, float] = {}
    for device in things_in(roots.sys / "class/infiniband"):
        if (device / "device/physfn").exists():
            continue
        for port in parts_of(device / "ports", _NUMBERED):
            readings.update(_port(roots, device, port))
    return readings


def _port(roots: Roots, device: Path, port: Path) -> Iterator[Reading]:
    labels = (device.name, port.name)
    link_layer, netdev = word(port / "link_layer"), _netdev(device, port)
    yield from read_rows(port, labels, _COUNTERS).items()
    found = {
        UP: _is(port / "state", "ACTIVE"),
        PHYSICALLY_UP: _is(port / "phys_state", "LinkUp"),
        RATE: _bytes_per_second(port / "rate"),
        LINK_DOWNED: _downs(roots, port, link_layer, netdev),
    }
    yield from known(found, labels)
    yield (INFO.name, (*labels, link_layer, netdev, *_about(device))), 1.0


def _about(device: Path) -> Labels:
    address = pci_address(link_name(device / "device"))
    return (address, *(word(device / name) for name in ("hca_type", "board_id", "fw_ver")))


def _is(path: Path, wanted: str) -> float | None:
    shape = _STATE.match(text(path) or "")
    return float(shape["state"] == wanted) if shape else None


def _bytes_per_second(path: Path) -> float | None:
    shape = _RATE.fullmatch(text(path) or "")
    return float(shape["gigabits"]) * 1e9 / 8 if shape else None


def _downs(roots: Roots, port: Path, link_layer: str, netdev: str) -> float | None:
    """On Ethernet the counter of the port is there but does not move: the interface's is true."""
    own = number(port / "counters/link_downed")
    carrier = number(roots.sys / "class/net" / netdev / "carrier_down_count") if netdev else None
    first, second = (carrier, own) if link_layer == "Ethernet" else (own, carrier)
    return second if first is None else first


def _netdev(device: Path, port: Path) -> str:
    """The port's interface: the one its addresses are of, else the adapter's of its rank."""
    if of_address := word(port / "gid_attrs/ndevs/0"):
        return of_address
    interfaces = parts_of(device / "device/net", _ANY)
    rank = float(port.name) - 1
    of_rank = [each for each in interfaces if number(each / "dev_port") == rank]
    return of_rank[0].name if len(of_rank) == 1 else ""


COLLECTOR = HostCollector("infiniband", ROWS, read, every_seconds=10.0)
