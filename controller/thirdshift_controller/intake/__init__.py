"""Agents' reports and Alertmanager's alerts become signals, in order, each exactly once."""
