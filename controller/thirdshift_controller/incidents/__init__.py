"""From signals to incidents: triage by the catalogue, and an incident's way to its close."""
