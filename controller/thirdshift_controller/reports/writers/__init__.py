"""A report's blocks as files: HTML, Markdown and PDF. They set and escape; they add no word."""
