"""A synthetic bureau: 40 departments, 300 units, three years; then mistakes planted in it, with their truth.

``world`` makes the bureau, ``forms`` and ``evaluation`` its data files, ``tables`` its roster, ceilings and mapping,
``planting`` and ``slips`` the mistakes, ``score`` holds findings against them. These know nothing of the product: they
import the standard library and each other only (``tests/bureau/test_independence.py``). ``collection`` and ``workbooks``
bring the data into the product.
"""
