"""Hands: work orders from the runbook's steps, their way to done, and the proof of the repair."""
