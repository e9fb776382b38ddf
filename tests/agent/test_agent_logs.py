"""The agent's log, one JSON object a line."""

from __future__ import annotations

import json
import logging
import sys

from thirdshift_agent.logs import JsonFormatter


def test_a_record_is_one_line_with_its_facts() -> None:
    record = logging.makeLogRecord(
        {"name": "agent", "levelname": "WARNING", "msg": "GPU lost", "slot": 3, "why": "x\ny"}
    )
    line = JsonFormatter().format(record)
    assert "\n" not in line
    told = json.loads(line)
    assert told.pop("at").endswith("+00:00")
    assert told == {
        "level": "warning",
        "logger": "agent",
        "message": "GPU lost",
        "slot": 3,
        "why": "x\ny",
    }


def test_an_error_brings_its_trace_in_a_field() -> None:
    try:
        raise ValueError("broken")
    except ValueError:
        record = logging.makeLogRecord({"msg": "failed", "exc_info": sys.exc_info()})
    told = json.loads(JsonFormatter().format(record))
    assert told["message"] == "failed"
    assert "ValueError: broken" in told["exception"]
