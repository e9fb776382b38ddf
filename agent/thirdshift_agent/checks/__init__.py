"""Tests of a node on demand: a look, a short test, a long one. Nothing here runs in the daemon.

Of the agent, this package alone executes programs. A check is one file: the tool it needs, the
command, how its output is read. A new one is such a file and its place in `active.ALL`; its floors
by GPU model are in `floors.toml`.
"""
