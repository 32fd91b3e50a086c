"""Measurements: `make bench-NAME`. Peers and the project in one run, interleaved; ratios rather than seconds."""
