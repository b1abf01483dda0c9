"""Bench: speed, measured on the machine at hand. `python -m bench [name ...] [--quick]`, or `make bench`.

Worlds are made by a bulk generator (world.py, cases.py) that writes rows straight into the tables: what is
measured goes through the product, what is only there to be in the way does not.
"""
