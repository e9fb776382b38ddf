"""What renting costs: dated prices of clouds, and how they stand beside our own."""
