"""Other people's price files, one module a format: prices out of them, and a remark on each trap.

A row is never dropped, averaged or mended without a remark. Nothing here fetches anything.
"""
