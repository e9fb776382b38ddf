"""NVIDIA's own diagnostics, by `dcgmi diag`, through the host engine that runs on the node.

The JSON of DCGM 3 names GPUs by `gpu_ids` or `gpu_id`, warnings as text or as objects; that of
DCGM 4 has an entity a result, a summary a test, and says of each error how severe it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from thirdshift_agent.checks.check import Check, Commands, Outcome, Scene, untested
from thirdshift_agent.checks.finding import Finding, Status
from thirdshift_agent.checks.tools import Command, Ran
from thirdshift_agent.wire import GpuIdentity

ROOTS = ("DCGM Diagnostic", "DCGM GPU Diagnostic")
NO_ENGINE = "unable to establish a connection"
_MILD = frozenset({1, 5})
"""DCGM's severities of what is to be watched (1) or set otherwise (5): no part is broken."""
_SETTINGS = frozenset({"persistence mode", "environment variables", "graphics processes"})
"""Tests of DCGM 3 that find a setting, not a fault."""
_STATUSES = {"pass": Status.OK, "warn": Status.WARNING, "fail": Status.CRITICAL}
_SKIPPED = frozenset({"skip", "skipped", "not run"})
_TEXT_SHOWN = 200

Told = Mapping[str, object]


def read_diagnostic(ran: Sequence[Ran], scene: Scene) -> Outcome:
    """Read what `dcgmi diag --json` printed, of DCGM 3 or 4."""
    told = _document(ran[0].output)
    root = next((told[key] for key in ROOTS if isinstance(told.get(key), dict)), None)
    if not isinstance(root, dict):
        engine = NO_ENGINE in (ran[0].output + ran[0].complaint).lower()
        return Outcome(skipped=("DCGM's host engine does not run",) if engine else ())
    cards = _cards(told, root, scene)
    findings, skipped = list[Finding](), dict[str, None]()
    if error := root.get("runtime_error"):
        findings.append(Finding(Status.UNKNOWN, f"dcgm: {str(error)[:_TEXT_SHOWN]}", "dcgm"))
    for test in _tests(root):
        passed = 0
        for result in _results(test):
            status = _status(test, result)
            passed += status is Status.OK
            if status is None:
                skipped[f"DCGM leaves out {test.get('name')}"] = None
            elif status is not Status.OK:
                findings.append(_finding(test, result, status, cards))
        if passed:
            findings.append(Finding(Status.OK, f"dcgm {test.get('name')}: pass", "dcgm"))
    if (seen := _numbers(told, root)) and findings:
        findings += untested("dcgm", min(len(seen), len(scene.gpus)), scene)
    return Outcome(tuple(findings), tuple(skipped), _version(told, root))


def _diag(level: int) -> Commands:
    def commands(program: str, scene: Scene) -> Sequence[Command]:
        return [[program, "diag", "--run", str(level), "--json"]]

    return commands


def _document(output: str) -> Told:
    """Return the object in the output; warnings may stand before it."""
    begin = output.find("{")
    try:
        told = json.JSONDecoder().raw_decode(output, begin)[0] if begin >= 0 else {}
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _tests(root: Told) -> Iterator[Told]:
    for category in _objects(root.get("test_categories")):
        yield from _objects(category.get("tests"))


def _numbers(told: Told, root: Told) -> frozenset[str]:
    """DCGM's numbers of the GPUs that it tested."""
    results = [result for test in _tests(root) for result in _results(test)]
    named = [_number(result) for result in results] + [str(key) for key, _ in _entities(told)]
    return frozenset(number for name in named for number in name.split(",") if number)


def _number(result: Told) -> str:
    return str(result.get("entity_id", result.get("gpu_ids", result.get("gpu_id", ""))))


def _results(test: Told) -> Sequence[Told]:
    """One result a GPU; of a test that names none, its summary."""
    results = _objects(test.get("results"))
    summary = test.get("test_summary")
    return results or (_objects([summary]) if summary else [])


def _status(test: Told, result: Told) -> Status | None:
    """What a result makes of the node; None where it was not tested."""
    word = str(result.get("status", "")).lower()
    if word in _SKIPPED:
        return None
    status = _STATUSES.get(word, Status.UNKNOWN)
    severities = {warning.get("error_severity") for warning in _objects(result.get("warnings"))}
    mild = bool(severities) and all(severity in _MILD for severity in severities)
    if status is Status.CRITICAL and (mild or str(test.get("name")).lower() in _SETTINGS):
        return Status.WARNING
    return status


def _finding(test: Told, result: Told, status: Status, cards: Mapping[str, GpuIdentity]) -> Finding:
    which, word, reason = _number(result), str(result.get("status")).lower(), _reason(result)
    told = f"{test.get('name')}: {word}" + (f", {reason}" if reason else "")
    if (card := cards.get(which)) is None:
        return Finding(status, f"dcgm {told}" + (f" (GPU {which})" if which else ""), "dcgm")
    text = f"GPU {card.slot} ({card.pci_address}) dcgm {told}"
    return Finding(status, text, "dcgm", card.slot, card.uuid)


def _reason(result: Told) -> str:
    warnings = result.get("warnings")
    first = warnings[0] if isinstance(warnings, list) and warnings else warnings
    told = first.get("warning") if isinstance(first, dict) else first
    return " ".join(str(told).split())[:_TEXT_SHOWN] if told else ""


def _cards(told: Told, root: Told, scene: Scene) -> Mapping[str, GpuIdentity]:
    """Which card DCGM means by a number: by serial where it tells one, else in order of PCI."""
    cards = {str(number): gpu for number, gpu in enumerate(scene.gpus)}
    by_serial = {gpu.serial: gpu for gpu in scene.gpus if gpu.serial}
    serials = root.get("GPU Device Serials")
    numbered = list(serials.items()) if isinstance(serials, dict) else []
    known = {str(number): str(serial) for number, serial in (*numbered, *_entities(told))}
    return cards | {key: by_serial[serial] for key, serial in known.items() if serial in by_serial}


def _entities(told: Told) -> list[tuple[object, object]]:
    """Number and serial of each GPU, as DCGM 4 lists them."""
    return [
        (entity.get("entity_id"), entity.get("serial_num"))
        for group in _objects(told.get("entity_groups"))
        if group.get("entity_group") == "GPU"
        for entity in _objects(group.get("entities"))
    ]


def _version(told: Told, root: Told) -> str | None:
    metadata = told.get("metadata")
    version = metadata.get("version") if isinstance(metadata, dict) else root.get("version")
    return str(version) if version else None


def _objects(value: object) -> list[Told]:
    """The objects of a list; DCGM 3 puts `null` between them."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


SHORT = Check("dcgm", (2,), "dcgmi", _diag(2), read_diagnostic, 300.0)
LONG = Check("dcgm", (3,), "dcgmi", _diag(3), read_diagnostic, 3600.0)
