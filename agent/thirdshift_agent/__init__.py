"""The daemon on a GPU node: it observes, keeps a journal of what it saw, and serves both.

It never judges, never connects out and never needs a credential. Other packages may import
`thirdshift_agent.wire` (what it publishes) and `thirdshift_agent.clock`; the rest is private.
"""
