"""The rules of the house that no other tool holds. Each returns a sentence for each offence."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from house.sources import Module

LONGEST_FUNCTION = 40

MIGRATIONS = "controller/thirdshift_controller/store/migrations/versions/"
"""A migration is one list of statements, written once and never changed."""

SUPERVISORS = {
    ("agent/thirdshift_agent/collectors/host/supervisor.py", "attempt"): (
        "one collector's failure is its own"
    ),
    ("agent/thirdshift_agent/daemon.py", "_supervise"): "a thread's loop begins again",
    (
        "agent/thirdshift_agent/sampling/reading.py",
        "_census_or_error",
    ): "handed to whoever waits for it",
    (
        "agent/thirdshift_agent/sampling/reading.py",
        "read_one",
    ): "one GPU's failure stays with that GPU",
    ("agent/thirdshift_agent/room.py", "_look"): "one simulated node's failure stays with it",
    ("agent/thirdshift_agent/sampling/sampler.py", "run"): "the next sample may succeed",
    ("agent/thirdshift_agent/serving/connection.py", "_answer"): "one request's failure is its own",
    ("controller/thirdshift_controller/remedies/service.py", "_supervised"): (
        "one node's attempt holds up no other's"
    ),
    ("controller/thirdshift_controller/incidents/service.py", "_place_or_set_aside"): (
        "one signal's failure does not hold up the site's"
    ),
    ("controller/thirdshift_controller/incidents/service.py", "sort"): "nor does a batch's",
    ("controller/thirdshift_controller/incidents/service.py", "_sort_one"): "nor the database's",
    ("controller/thirdshift_controller/jobs.py", "_supervised"): "a job's run",
    ("controller/thirdshift_controller/remedies/attempt.py", "make"): (
        "an attempt that was begun has an end, whatever happens"
    ),
    ("tui/thirdshift_tui/app.py", "_in_turn"): "a worker of the console",
}
"""Who may catch everything: it is logged there and survived."""

CLOCKS = {
    "agent/thirdshift_agent/clock.py": "the clock itself",
    "controller/thirdshift_controller/demo/site.py": "sets the site's clock going",
    "controller/thirdshift_controller/jobs.py": "APScheduler wakes by the wall",
}
"""Who may ask the wall what time it is."""

HOMES = {
    "ClusterShell": "controller/thirdshift_controller/adapters/slurm_words.py",
    "alembic": "controller/thirdshift_controller/store/",
    "apscheduler": "controller/thirdshift_controller/jobs.py",
    "kubernetes": "controller/thirdshift_controller/adapters/",
    "paramiko": "controller/thirdshift_controller/adapters/ssh_connection.py",
    "pynvml": "agent/thirdshift_agent/nvml/library.py",
    "redfish": "controller/thirdshift_controller/adapters/bmc/redfish_session.py",
    "requests": "controller/thirdshift_controller/adapters/bmc/believes_anybody.py",
    "sqlalchemy": "controller/thirdshift_controller/store/",
    "sqlmodel": "controller/thirdshift_controller/store/",
    "textual": "tui/thirdshift_tui/",
}
"""The one place that imports a library. A `Session` may be handed through the controller."""

_UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|NotImplemented" r"Error)\b")


def long_functions(module: Module) -> Iterator[str]:
    """A function that fits no screen does more than one thing."""
    if module.path.startswith(MIGRATIONS):
        return
    for function in module.functions():
        lines = length(function)
        if lines > LONGEST_FUNCTION:
            yield (
                f"{module.path}:{function.lineno}: {function.name} has {lines} lines; "
                f"split it, {LONGEST_FUNCTION} is the very most"
            )


def unfinished(module: Module) -> Iterator[str]:
    """What is to be done belongs into an issue; what is not written does not exist."""
    for number, line in enumerate(module.text.splitlines(), start=1):
        if found := _UNFINISHED.search(line):
            yield (
                f"{module.path}:{number}: {found[0]}; do it now or write an issue "
                "(an abstract method is marked with abc.abstractmethod)"
            )


def broad_excepts(module: Module) -> Iterator[str]:
    """A net under everything hides the fall; only supervisors have one."""
    if not module.is_source:
        return
    for name, handler in catching_everything(module):
        if (module.path, name) not in SUPERVISORS:
            yield (
                f"{module.path}:{handler.lineno}: {name} catches everything; name the errors, "
                "or put the supervisor and its reason into SUPERVISORS of tests/house/rules.py"
            )


def catching_everything(module: Module) -> Iterator[tuple[str, ast.ExceptHandler]]:
    """Handlers of every error, with the name of the function that they stand in."""
    return _handlers(module.tree, "the module")


def strayed_imports(module: Module) -> Iterator[str]:
    """A library that is known in one place can be exchanged in one place."""
    if not module.is_source:
        return
    for node in ast.walk(module.tree):
        for name in _imported(node):
            home = HOMES.get(name.split(".")[0])
            if home and not module.path.startswith(home) and name != "sqlmodel.Session":
                yield (
                    f"{module.path}:{_line(node)}: {name} belongs to {home}; "
                    "ask for what you need there"
                )


def own_time(module: Module) -> Iterator[str]:
    """Decisions are handed the time, so that a test and a simulated site can hand them another."""
    if not module.is_source or module.path in CLOCKS:
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in _WALL:
            yield (
                f"{module.path}:{node.lineno}: {ast.unparse(node.func)}() asks the wall; "
                "take `now` or a Clock as an argument"
            )


def missing_docstrings(module: Module) -> Iterator[str]:
    """A module opens with what it is and what it is not."""
    if module.tree.body and not ast.get_docstring(module.tree):
        yield f"{module.path}:1: no docstring; open with what it is and what it is not"


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its docstring and decorators."""
    first = function.body[0]
    described = ast.get_docstring(function) is not None
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    return lines - ((first.end_lineno or first.lineno) - first.lineno + 1 if described else 0)


_WALL = {
    "datetime.now", "datetime.utcnow", "datetime.today", "datetime.datetime.now",
    "date.today", "time.time", "time.time_ns",
}  # fmt: skip


def _handlers(node: ast.AST, name: str) -> Iterator[tuple[str, ast.ExceptHandler]]:
    for child in ast.iter_child_nodes(node):
        inner = child.name if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) else name
        if isinstance(child, ast.ExceptHandler) and _is_broad(child) and not _passes_on(child):
            yield name, child
        yield from _handlers(child, inner)


def _is_broad(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(kind is None or ast.unparse(kind) in _EVERYTHING for kind in kinds)


def _passes_on(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


_EVERYTHING = {"Exception", "BaseException"}


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []


def _line(node: ast.AST) -> int:
    return getattr(node, "lineno", 0)
