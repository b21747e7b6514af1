"""Whom those who take part bring along: friends, and the people they live with."""

from __future__ import annotations

import numpy as np

from ..kernels.kernel import njit
from ..kernels.randomness import bits, substream, uniform
from ..state.events import PERSONAL
from ..state.ties import CLOSE, HOUSEHOLD, decode
from .asking import pack_ask


@njit(cache=True)
def talk_it_over(p, stream, person_id, joins, forms, offsets, targets, who, what, push, key, number):
    """Add to the list the housemates of those who take part, for the same form; return how many there are, those without room included.

    The draws are the housemate's own, so that two who go persuade a third no more often than one does.
    """
    for i in range(person_id.size):
        if joins[i] == 0:
            continue
        for e in range(offsets[i], offsets[i + 1]):
            if targets[e] < 0 or targets[e] & 3 != HOUSEHOLD:
                continue
            other = targets[e] >> 2
            for f in range(forms):
                if (joins[i] >> f) & 1 == 0 or (joins[other] >> f) & 1:
                    continue
                if uniform(substream(stream, 200 + f), person_id[other]) < p.household_ask:
                    if number < who.size:
                        who[number], what[number], push[number], key[number] = other, f, p.household_push, 200 + f
                    number += 1
    return number


@njit(cache=True)
def bring_along(p, strength, stream, person_id, joins, face_to_face, offsets, targets, asks, who, what, push, key):
    """List the companions whom those going to something face to face ask to come; return how many there are.

    Where these are more than there is room for in the lists, nobody is asked: call it again with longer ones.
    """
    number = 0
    for i in range(person_id.size):
        if joins[i] == 0:
            continue
        for f in range(face_to_face.size):
            if (joins[i] >> f) & 1 == 0 or not face_to_face[f]:
                continue
            at = substream(stream, f)
            if uniform(at, person_id[i]) >= p.companion:
                continue
            mine = substream(at, person_id[i])
            best, friend = np.uint64(0), -1
            for e in range(offsets[i], offsets[i + 1]):
                if targets[e] >= 0:
                    other, kind = decode(targets[e])
                    b = bits(mine, person_id[other])
                    if (kind == CLOSE or (kind == HOUSEHOLD and p.household_ask == 0.0)) and b >= best:
                        best, friend = b, other
            if friend >= 0:
                if number < who.size:
                    who[number], what[number], push[number], key[number] = friend, f, strength, f
                number += 1
    if p.household_ask > 0.0:
        number = talk_it_over(p, stream, person_id, joins, face_to_face.size, offsets, targets, who, what, push, key, number)
    for n in range(number if number <= who.size else 0):
        ask = pack_ask(PERSONAL, bits(substream(stream, 99), person_id[who[n]]), what[n], -1)
        asks[who[n]] = max(asks[who[n]], ask)
    return number
