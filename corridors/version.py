"""The version of the package, which every answer of a study names."""

VERSION = "0.2.0"
