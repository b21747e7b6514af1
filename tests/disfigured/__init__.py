"""Inputs made from a known truth and then disfigured as real files are: each must be read as the truth, or refused in words.

One module a kind of input. `make(lot, folder)` draws a truth, writes it in a disfigured form and returns a `Case`; the same lot gives the same case.
"""
