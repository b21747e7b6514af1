"""The keyed draws in plain Python: the definition that the compiled ones must equal."""

from __future__ import annotations

import math

import numpy as np

MASK = (1 << 64) - 1
GOLDEN, PARTNER = 0x9E3779B97F4A7C15, 0xD6E8FEB86659FD93


def f32(x: float) -> float:
    """Return x as a column holds it."""
    return float(np.float32(x))


def clip(x: float, low: float = 0.0, high: float = 1.0) -> float:
    return min(max(x, low), high)


def mix(x: int) -> int:
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & MASK
    return x ^ (x >> 31)


def bits(key: int, identity: int) -> int:
    return mix((key + identity * GOLDEN) & MASK)


def uniform(key: int, identity: int) -> float:
    return (bits(key, identity) >> 11) / (1 << 53)


def sub(key: int, *partners: int) -> int:
    for partner in partners:
        key = mix(key ^ ((partner * PARTNER + GOLDEN) & MASK))
    return key


def pair_uniform(key: int, one: int, other: int) -> float:
    return uniform(sub(key, min(one, other)), max(one, other))


def normal(key: int, identity: int) -> float:
    u, v = 1.0 - uniform(key, identity), uniform(sub(key, 1), identity)
    return math.sqrt(-2.0 * math.log(u)) * math.cos(2.0 * math.pi * v)
