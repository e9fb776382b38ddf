"""What we own: site, rows, racks, nodes and the place of every GPU."""
