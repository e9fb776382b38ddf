"""What Prometheus reads.

sections  what a node's page is made of
metrics   a sample, XIDs and the surroundings as sections
pages     sections written in Prometheus's formats
prepared  pages written before they are asked for
textfile  the page as a file, for node_exporter
"""
