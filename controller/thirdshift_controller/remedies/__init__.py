"""The remote ladder: what can be mended without hands, each attempt recorded before it is made."""
