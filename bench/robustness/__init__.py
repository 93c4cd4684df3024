"""Hostile, damaged and foreign files, collected by the real collector: ``python -m bench.robustness``."""
