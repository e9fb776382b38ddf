"""A shell program for a node: an act that needs the driver to itself, and the way back.

Whoever holds the driver is stopped or asked to let go first; NVIDIA's persistence daemon, DCGM and
NVSM each keep `nvidia-smi --gpu-reset` and `modprobe -r` from working. What refuses to let go stops
nothing: the act itself finds out, and says so. The way back is a part of the program, so that the
node goes through with it when the connection is lost or nobody waits any longer.

Only what runs, or has failed, is started again, and in the opposite order. What does not start
fails the program. The user's shell must be one of the kind of `sh`.
"""

from __future__ import annotations

from collections.abc import Sequence
from string import Template

_RELEASE = "thirdshift-agent release --reason 'remote remedy' --for 15m"
"""Should the way back be lost, the agent takes the driver up again by then."""

_PROGRAM = Template("""\
trap '' HUP PIPE
status=0
held=
for unit in $units; do
  if systemctl is-active --quiet "$$unit" || systemctl is-failed --quiet "$$unit"; then
    held="$$unit $$held"
    sudo -n systemctl stop "$$unit"
  fi
done
sudo -n $release
$act
for unit in $$held; do sudo -n systemctl start "$$unit" || status=$$?; done
sudo -n thirdshift-agent resume
exit "$$status"
""")


def with_driver_free(act: str, units: Sequence[str]) -> str:
    """The program around an act, which leaves its exit status in `status` where it fails."""
    return _PROGRAM.substitute(units=" ".join(units), release=_RELEASE, act=act)
