"""The algorithms, from scratch in NumPy: one readable file each.

Nothing is imported here, so that ``from scratchwork import KMeans`` loads one model and not all of them.
"""
