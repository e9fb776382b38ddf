"""The version of the whole distribution. The build takes it from here."""

VERSION = "0.1.0"
