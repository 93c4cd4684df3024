"""Returned workbooks mutilated by real means, and what the reader makes of them.

``python -m bench.mutilation`` writes docs/reference/mutilations.md; ``tests/mutilation`` holds the reader to it.
"""
