"""What happened, numbered, on disk before it counts.

recorder  all sightings come together: who is it, is it known, is it a storm
storm     what repeats itself too often is counted
journal   the numbered memory that readers read
segments  lines on disk that survive a power cut
"""
