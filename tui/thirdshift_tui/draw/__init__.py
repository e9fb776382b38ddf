"""What the screens show, as lines of inked text: pure functions from the API's values.

Nothing here knows Textual or a terminal; colours are chosen in `thirdshift_tui.palette`.
"""
