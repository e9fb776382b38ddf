"""Nothing committed speaks of the machine it was written on, or of where packages come from."""

from __future__ import annotations

import re

import pytest

from house.sources import texts

LONGEST_FILE = 400
GENERATED = (".lock", ".csv", ".html", ".json", ".svg", ".txt", "LICENSE")

SOMEBODYS_PLACE = re.compile(r"(?<![\w.])/(?:ro" r"ot|wo" r"rk|ho" r"me/\w+|Us" r"ers/\w+)/[\w.]")
REGISTRY = re.compile(
    r"https?://[^\s/]*"
    r"(?:py" r"pi|python" r"hosted|np" r"mjs|artif" r"actory|nex" r"us|reg" r"istry)"
)  # fmt: skip
LOCK = "requirements.lock"


def offences(pattern: re.Pattern[str], files: dict[str, str]) -> list[str]:
    return [
        f"{path}:{number}: {found[0]!r}; say it without naming a place"
        for path, text in files.items()
        for number, line in enumerate(text.splitlines(), start=1)
        if (found := pattern.search(line))
    ]


def long_files(files: dict[str, str]) -> list[str]:
    return [
        f"{path} has {lines} lines; split it, {LONGEST_FILE} is the very most"
        for path, text in files.items()
        if (lines := text.count("\n")) > LONGEST_FILE and not path.endswith(GENERATED)
    ]


def test_no_file_is_too_long_to_read() -> None:
    found = long_files(texts())
    assert not found, "\n" + "\n".join(found)


def test_a_long_file_would_be_found() -> None:
    assert long_files({"x.py": "\n" * 401, "y.py": "\n" * 400, "z.lock": "\n" * 401}) == [
        "x.py has 401 lines; split it, 400 is the very most"
    ]


@pytest.mark.parametrize("pattern", [SOMEBODYS_PLACE, REGISTRY], ids=["paths", "registries"])
def test_no_file_names_a_place_of_this_machine(pattern: re.Pattern[str]) -> None:
    found = offences(pattern, texts())
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (SOMEBODYS_PLACE, "open('/ro" + "ot/key')"),
        (SOMEBODYS_PLACE, "cd /ho" + "me/ana/thirdshift"),
        (REGISTRY, "--index-url https://files.python" + "hosted.org/simple"),
        (REGISTRY, "https://reg" + "istry.example.com/x"),
    ],
)
def test_a_place_would_be_found(pattern: re.Pattern[str], line: str) -> None:
    assert offences(pattern, {"x.py": line})


def test_a_place_of_every_machine_is_none() -> None:
    lines = "/etc/thirdshift/site.toml /proc/sys/kernel https://example.com/home/x ./work/x\n"
    assert offences(SOMEBODYS_PLACE, {"x.md": lines}) == []


def test_the_lock_pins_by_hash_and_holds_no_address() -> None:
    lock = texts()[LOCK]
    assert "--hash=sha256:" in lock
    assert "://" not in lock, f"{LOCK} names a host; write it with `make lock`"
