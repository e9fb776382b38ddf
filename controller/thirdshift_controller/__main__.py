"""`python -m thirdshift_controller`."""

from thirdshift_controller.cli import run

run()
