"""Looks at what was read and tells what changed for the worse: each thing once.

presence   a GPU that is lost, hangs, or was never there
rule       what a rule about readings is
gpu_rules  the rules for a GPU, one line each
host_rules the rules for the rest of the node
rules      applies them, sample by sample
events     what the driver announces by itself
"""
