"""Whom invitations go to: an institution's contact book first, strangers with what is left."""

from __future__ import annotations

import numpy as np

from ..declared.forms import VOLUNTEERING
from ..declared.levers import FORM_LEVER_NAMES, lever_index
from ..kernels.kernel import njit
from ..world import World

_OUTREACH, _EVALUATION = lever_index("outreach"), lever_index("evaluation")
_INVITATIONS = FORM_LEVER_NAMES.index("invitations")


@njit(cache=True)
def count_contacts(frozen, book, book_mean, ward, serving, alone, number):
    """Add to `number` (by institution) twelve per resident in a kind of institution's contact book.

    `book` holds the bit of that kind, shifted down; `serving` is the institution by ward, `alone` the one of all wards or -1.
    """
    if alone >= 0:
        known = 0
        for i in range(book.size):
            known += book_mean[i] if frozen else 12 * (book[i] & 1)
        number[alone] += known
    else:
        for i in range(book.size):
            number[serving[ward[i]]] += book_mean[i] if frozen else 12 * (book[i] & 1)


def worth(model: World) -> np.ndarray:
    """Return how much the input of a form changes beside an institution's other forms, 1 = as usual, (forms, institutions).

    It is what evaluation finds, from counts that decay by 1/12 a month; it moves invitations and adds none.
    """
    sent = model.levers.form_mean[_INVITATIONS]
    acts, changed = model.form_record.T
    yields = (changed + 1.0) / (acts + 3.0)
    found, limit = np.ones_like(sent), model.values["asking"].evaluation_limit
    for k in range(len(model.services)):
        forms = np.flatnonzero((model.form_service == k) & (model.form_category != VOLUNTEERING))
        total = sent[forms].sum(axis=0)
        if len(forms) > 1 and total.all():
            mean = (sent[forms] * yields[forms, None]).sum(axis=0) / total
            part = np.clip(yields[forms, None] / mean, 1.0 / limit, limit)
            found[forms] = part * total / (sent[forms] * part).sum(axis=0)
    return found


@njit(cache=True)
def invitation_table(p, rate, by_book, away, share, institution_of, form_service):
    """Return the chance of an invitation for a stranger, and what being in the contact book adds, (wards, cells, forms).

    `rate` is float64 (forms, institutions, cells), `away` what is not sent to the book (institutions, cells), `share` the share of
    residents in each institution's book.
    """
    wards, cells, forms = institution_of.shape[0], rate.shape[2], rate.shape[0]
    plain, extra = np.empty((wards, cells, forms)), np.zeros((wards, cells, forms))
    for w in range(wards):
        for f in range(forms):
            j = institution_of[w, form_service[f]]
            for c in range(cells):
                first = p.book_first * by_book[f] * (1.0 - away[j, c])
                known = min(first * rate[f, j, c] / share[j], p.book_limit)
                chance = min((rate[f, j, c] - known * share[j]) / max(1.0 - share[j], 1e-9), 1.0)
                plain[w, c, f] = chance
                if first > 0.0:
                    extra[w, c, f] = max(known + (1.0 - first) * rate[f, j, c] - chance, -chance)
    return plain, extra


def invitation_rates(model: World) -> np.ndarray:
    """Return invitations per resident a month, before whom they go to, (forms, institutions, cells)."""
    rate = np.repeat(model.levers.form[_INVITATIONS][:, None, :] / 1000.0, len(model.served), axis=1)
    evaluation = model.levers.institution[_EVALUATION]
    if evaluation.any():
        rate *= 1.0 + evaluation[None] * (worth(model)[:, :, None] - 1.0)
    return rate


def invitation_chances(model: World) -> tuple:
    """Return the chance of an invitation for a stranger, and what being in the contact book adds, (wards, cells, forms)."""
    p, r, levers = model.values["asking"], model.residents, model.levers
    number = np.zeros(len(model.served), np.int64)
    for k in range(len(model.services)):
        count_contacts(not model.loops["asking"], r.book >> k, r.book_mean[k], r.ward, model.serving[k], model.alone[k], number)
    share = np.maximum(number / (12.0 * np.maximum(model.served, 1.0)), 1e-9)
    evaluates = levers.derived("evaluates", lambda: bool(levers.institution[_EVALUATION].any()))
    rate = invitation_rates(model) if evaluates else levers.derived("invitation rates", lambda: invitation_rates(model))
    return invitation_table(
        p, rate, model.form_by_book, levers.institution[_OUTREACH], share, model.institution_of, model.form_service
    )
