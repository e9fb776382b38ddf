"""`python -m thirdshift_agent.checks.gemm`: burns one GPU and prints one JSON object."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from dataclasses import asdict

from thirdshift_agent.checks.gemm.burn import burn_compute, burn_memory
from thirdshift_agent.checks.gemm.cuda import CudaDevice
from thirdshift_agent.checks.gemm.device import DeviceError, LibraryMissingError

SIZE = 8192


def main() -> int:
    """Exit 0 with what was found, 1 with `error`, 3 with `missing`."""
    parser = argparse.ArgumentParser(prog="thirdshift_agent.checks.gemm")
    parser.add_argument("--gpu", required=True, help="UUID")
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--size", type=int, default=SIZE, help="rows of a matrix")
    parser.add_argument("--memory", action="store_true", help="and write and read all memory")
    asked = parser.parse_args()
    os.environ["CUDA_VISIBLE_DEVICES"] = asked.gpu
    status, told = _burn(asked)
    sys.stdout.write(json.dumps(told) + "\n")
    return status


def _burn(asked: argparse.Namespace) -> tuple[int, dict[str, object]]:
    try:
        device = CudaDevice()
        told: dict[str, object] = {"versions": device.versions()}
        told["compute"] = asdict(burn_compute(device, asked.size, asked.seconds, time.monotonic))
        if asked.memory:
            told["memory"] = asdict(burn_memory(device))
    except LibraryMissingError as error:
        return 3, {"missing": str(error)}
    except (DeviceError, AttributeError) as error:
        return 1, {"error": str(error)}
    return 0, told


if __name__ == "__main__":
    sys.exit(main())
