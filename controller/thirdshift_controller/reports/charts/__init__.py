"""The drawings of a report, as SVG with real text: the same bytes for the same figures."""
