"""What XIDs are called in the label `err_msg`: a few words for people, never matched by programs.

The fault catalogue knows more; this is for a table on a dashboard.
"""

from __future__ import annotations

_WORDS = {
    0: "No Error",
    8: "A channel stopped making progress",
    13: "Graphics engine exception",
    31: "Memory page fault",
    32: "Corrupt push buffer",
    38: "Context-switch firmware watchdog",
    43: "A user's channel was torn down",
    44: "Fault while switching contexts",
    45: "Channels removed after another fault",
    46: "The GPU stopped responding to work",
    48: "Uncorrectable memory error",
    54: "Auxiliary power is not connected",
    61: "Power controller breakpoint",
    62: "Power controller halted",
    63: "Row remapping or page retirement recorded",
    64: "Row remapping or page retirement not recorded",
    68: "Video decoder exception",
    69: "Graphics engine class error",
    74: "NVLink error",
    79: "The GPU has fallen off the bus",
    92: "Many corrected memory errors",
    94: "Contained memory error",
    95: "Uncontained memory error",
    109: "Context switch timed out",
    110: "Security engine fault",
    119: "The GPU system processor did not reply",
    120: "The GPU system processor reported an error",
    121: "Chip-to-chip link error",
    136: "NVLink training failed",
    137: "Illegal peer access over NVLink",
    140: "Unrecovered memory error",
    143: "The GPU failed to initialise",
    144: "NVLink: switch adapter",
    145: "NVLink: receive wrapper",
    146: "NVLink: transmit wrapper",
    147: "NVLink: transaction layer",
    148: "NVLink: port control",
    149: "NVLink: physical layer",
    150: "NVLink: management engine",
    154: "The recovery action changed",
    156: "Memory retired",
    157: "Memory not retired",
    158: "Fatal timeout",
}


def message(code: int) -> str:
    """Return the words; dcgm-exporter's own for a code that has none."""
    return _WORDS.get(code, "Unknown Error")
