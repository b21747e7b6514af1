"""Keyed randomness: every draw is a pure function of what it is for.

A draw's key is (seed, process, month, draw number) and the identity of the person, pair, case or institution
that it concerns. The first four are hashed once into a 64-bit *stream*; an identity is then a position in that stream,
mixed by Stafford's variant 13 of the splitmix64 finaliser. No generator holds state, so no order of processing,
thread, worker or observer can move a draw, and two scenarios on one seed meet the same chances.

Sources: Salmon and others 2011 (counter-based generators, SC'11); Steele, Lea and Flood 2014 (splitmix64);
Pearson, Klein and Buffalo 2026 (event-keyed common random numbers).
"""

from __future__ import annotations

import hashlib
import math

import numpy as np

from .kernel import njit

GOLDEN = 0x9E3779B97F4A7C15
PARTNER = 0xD6E8FEB86659FD93

AGAIN = 1 << 20  # added to a replicate's number: the same set of parameters and quality of services, other people and chance

_GOLDEN = np.uint64(GOLDEN)
_PARTNER = np.uint64(PARTNER)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
_TO_UNIT = 1.0 / (1 << 53)


@njit(cache=True)
def mix(x):
    """Return the 64-bit avalanche of `x` (a bijection)."""
    x = np.uint64(x)
    x = (x ^ (x >> _S30)) * _MIX_1
    x = (x ^ (x >> _S27)) * _MIX_2
    return x ^ (x >> _S31)


@njit(cache=True)
def bits(stream, identity):
    """Return 64 random bits for one identity (a non-negative integer) in a stream."""
    return mix(np.uint64(stream) + np.uint64(identity) * _GOLDEN)


@njit(cache=True)
def uniform(stream, identity):
    """Return a float in [0, 1) for one identity in a stream."""
    return np.float64(bits(stream, identity) >> _S11) * _TO_UNIT


@njit(cache=True)
def substream(stream, partner):
    """Return the stream of `stream` that belongs to a partner, case, form or draw number."""
    return mix(np.uint64(stream) ^ (np.uint64(partner) * _PARTNER + _GOLDEN))


@njit(cache=True)
def pair_uniform(stream, one, other):
    """Return a float in [0, 1) for an unordered pair of identities."""
    low = min(one, other)
    high = max(one, other)
    return uniform(substream(stream, low), high)


@njit(cache=True)
def normal(stream, identity):
    """Return a standard normal deviate for one identity (Box-Muller on two keyed uniforms)."""
    u = 1.0 - uniform(stream, identity)
    v = uniform(substream(stream, 1), identity)
    return math.sqrt(-2.0 * math.log(u)) * math.cos(2.0 * math.pi * v)


def stream(seed: int, process: str, month: int = 0, draw: int = 0) -> np.uint64:
    """Return the 64-bit stream of one process in one month.

    The process enters by its name, not by its place in the month, so that inserting a step does not change anybody's draws.

    Args:
        seed: root seed and replicate, folded by `replicate_seed`; any integer, 0 included.
        process: name of what is drawn.
        month: month of the run; negative during burn-in.
        draw: number of the draw within process and month.
    """
    key = f"{seed}|{process}|{month}|{draw}".encode()
    return np.uint64(int.from_bytes(hashlib.blake2b(key, digest_size=8).digest(), "little"))


def replicate_seed(seed: int, replicate: int) -> int:
    """Return the seed of one replicate; replicate 0 of a seed is that seed's `run`."""
    key = f"groundswell|{seed}|{replicate}".encode()
    return int.from_bytes(hashlib.blake2b(key, digest_size=8).digest(), "little")


@njit(cache=True)
def uniforms_of(identities, stream_):
    """Return the uniforms of an array of identities."""
    out = np.empty(identities.size)
    for i in range(identities.size):
        out[i] = uniform(stream_, identities[i])
    return out
