"""Inputs that are damaged or made up at random: each gives a result or one clear error, and never leaves a file behind.

`mutations` damages, `seeds` holds what is damaged, `kinds` says how each kind is read, and `judging` what may come of it.
"""
