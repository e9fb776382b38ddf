"""Certificates, for the agent's side of the door and the controller's."""

from __future__ import annotations

from pathlib import Path

import pytest

from servers.certificates import Authority, Issued


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """One that both sides may trust."""
    return Authority(tmp_path)


@pytest.fixture
def issued(authority: Authority) -> Issued:
    """The node's certificate and key."""
    return authority.issue("node")
