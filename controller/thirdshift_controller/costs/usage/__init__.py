"""What was used: hourly roll-ups of nodes and teams, and what down-time took from them."""
