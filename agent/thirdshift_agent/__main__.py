"""`python -m thirdshift_agent` is `thirdshift-agent`."""

import sys

from thirdshift_agent.cli import main

sys.exit(main())
