"""What is measured: of each GPU in `gpu`, of the rest of the node in `host`."""
