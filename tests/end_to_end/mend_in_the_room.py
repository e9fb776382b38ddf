"""A command for stand-ins: does to a node of the simulated room what the real tool would have done.

    mend_in_the_room.py URL-OF-THE-NODE ACTION [SLOT]

Prints what the tool prints and ends as it does. Run by sshd's `sudo` and by ipmi_sim's chassis.
"""

from __future__ import annotations

import json
import sys
from urllib.request import urlopen


def main(url: str, action: str, slot: str = "null") -> int:
    body = json.dumps({"slot": json.loads(slot), "action": action}).encode()
    with urlopen(f"{url}/sim/remedy", body, timeout=30.0) as answer:
        told = json.load(answer)
    sys.stdout.write(told["output"])
    return 0 if told["ok"] else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
