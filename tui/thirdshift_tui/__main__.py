"""`python -m thirdshift_tui`."""

from thirdshift_tui.cli import main

main()
