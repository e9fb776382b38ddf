"""Instants for laws about time: a winter of Toronto with both of its clock changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

_AUTUMN = datetime(2026, 10, 25, tzinfo=UTC)
INSTANTS = st.integers(0, 150 * 24 * 60).map(lambda n: _AUTUMN + timedelta(minutes=n))
