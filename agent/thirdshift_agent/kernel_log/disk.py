"""Disks and file systems: an I/O error, a controller that left, a file system that gave up."""

from __future__ import annotations

import re
from datetime import datetime

from thirdshift_agent.kernel_log.told import Part, Read, Shapes, facts_of, seen
from thirdshift_agent.observation import Observation
from thirdshift_agent.wire import SignalKind

BEGINNING = (
    r"nvme |nvme\d+n\d+: |(?:blk_update_request: |print_req_error: )?(?:I/O|critical \w+) error, |"
    r"Buffer I/O error |EXT4-fs |XFS \(|BTRFS|Aborting journal|JBD2: "
)

_DOWN = re.compile(
    r"nvme (?P<device>nvme\d{1,5}): (?:controller is down; will reset: CSTS=(?P<status>0x\w{1,8})|"
    r"(?P<reason>Device not ready; aborting \w{1,20}|Removing after probe failure|"
    r"Disabling device after reset failure))"
)
_TIMEOUT = re.compile(
    r"nvme (?P<device>nvme\d{1,5}): I/O (?:tag )?\d{1,6} .{0,60}?QID (?P<queue>\d{1,5}) "
    r"timeout(?:, (?P<answer>[\w ]{1,40}))?"
)
_COMMAND = re.compile(
    r"(?P<device>nvme\d{1,5}n\d{1,5}): .{1,60} @ LBA (?P<sector>\d{1,20}), .{1,60}?"
    r"\(sct (?P<status_type>0x\w{1,4}) / sc (?P<status>0x\w{1,4})\)"
)
_REQUEST = re.compile(
    r"(?:blk_update_request: |print_req_error: )?(?P<error>I/O|critical \w{1,20}) error, "
    r"dev (?P<device>[\w!-]{1,40}), sector (?P<sector>\d{1,20})"
    r"(?: op 0x\w{1,4}:\((?P<operation>\w{1,20})\))?"
)
_BUFFER = re.compile(r"Buffer I/O error on dev(?:ice)? (?P<device>[\w!-]{1,40}), ")
_READ_ONLY = re.compile(
    r"EXT4-fs \((?P<device>[^)]{1,60})\): Remounting filesystem read-only|"
    r"BTRFS (?:info|warning) \(device (?P<btrfs>[^):]{1,60})[^)]{0,60}\): forced readonly"
)
_BROKEN = re.compile(
    r"EXT4-fs error \(device (?P<ext4>[^)]{1,60})\): (?P<function>\w{1,60})|"
    r"XFS \((?P<xfs>[^)]{1,60})\): (?:.{0,200}[Ss]hutting down filesystem|"
    r"metadata I/O error|Metadata (?:corruption|CRC error) detected|"
    r"Corruption (?:of in-memory data )?detected|[Ll]og I/O [Ee]rror)|"
    r"BTRFS:? (?:error|critical) \(device (?P<btrfs>[^):]{1,60})|"
    r"Aborting journal on device (?P<journal>\S{1,60}?)\.?$|"
    r"JBD2: Detected IO errors while flushing file data on (?P<jbd2>\S{1,60})"
)
_DEVICES = ("device", "ext4", "xfs", "btrfs", "journal", "jbd2")
_PARTITION = re.compile(r"(?<=\dn\d)p\d+$|(?<=^[sv]d[a-z])\d+$")


def _disk(code: str, rule: str, *facts: str) -> Read:
    def read(shape: re.Match[str], at: datetime) -> Observation:
        found = {
            key: value for key, value in shape.groupdict().items() if key in _DEVICES and value
        }
        device = next(iter(found.values()))
        told = {"device": device, **facts_of(shape, *facts)}
        return seen(shape, at, (SignalKind.DISK, code), rule, told)

    return read


def _failed(step: int, rule: str, *facts: str) -> Read:
    def read(shape: re.Match[str], at: datetime) -> Part:
        told = seen(shape, at, (SignalKind.DISK, "io_error"), rule, facts_of(shape, *facts))
        device = _PARTITION.sub("", shape["device"])
        return Part("io", step, shape.string, frozenset({device}), told, repeats=step == 2)

    return read


SHAPES: Shapes = (
    (_DOWN, _disk("controller_down", "nvme", "status", "reason")),
    (_TIMEOUT, _disk("io_error", "nvme_timeout", "queue", "answer")),
    (_COMMAND, _failed(0, "nvme_command", "device", "sector", "status_type", "status")),
    (_REQUEST, _failed(1, "block", "device", "sector", "error", "operation")),
    (_BUFFER, _failed(2, "block", "device")),
    (_READ_ONLY, _disk("read_only", "filesystem")),
    (_BROKEN, _disk("filesystem_error", "filesystem", "function")),
)
