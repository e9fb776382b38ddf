"""Addresses as people write them."""

from __future__ import annotations

import pytest

from thirdshift_controller.address import Address, address_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10.0.1.1:2222", Address("10.0.1.1", 2222)),
        ("gpu-0101", Address("gpu-0101", 22)),
        ("gpu-0101.example:65535", Address("gpu-0101.example", 65535)),
        ("[fd00::1]:2222", Address("fd00::1", 2222)),
        ("[fd00::1]", Address("fd00::1", 22)),
    ],
)
def test_a_host_stands_with_or_without_its_port(text: str, expected: Address) -> None:
    assert Address.parse(text, default_port=22) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        ":22",
        "host:",
        "host:0",
        "host:65536",
        "host:ssh",
        "fd00::1",
        "root@host",
        "-oX=y",
        "a b",
    ],
)
def test_what_is_no_address_says_how_one_is_written(text: str) -> None:
    with pytest.raises(ValueError, match='write it as "host" or "host:port"'):
        Address.parse(text, default_port=22)


def test_without_a_usual_port_the_port_is_needed() -> None:
    with pytest.raises(ValueError, match='write it as "host:port"'):
        Address.parse("127.0.0.1")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://bmc/", Address("bmc", 443)),
        ("ipmi://10.0.2.1", Address("10.0.2.1", 623)),
        ("http://[fd00::1]:8000/x", Address("fd00::1", 8000)),
    ],
)
def test_a_url_leads_to_its_schemes_own_port(url: str, expected: Address) -> None:
    assert address_of(url) == expected


@pytest.mark.parametrize("url", ["https://", "https://user@bmc", "http://[::1", "ftp://bmc"])
def test_a_url_that_leads_nowhere_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"write it as|Invalid IPv6 URL"):
        address_of(url)
