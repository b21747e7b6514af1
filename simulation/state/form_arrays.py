"""The forms of taking part as arrays, which the kernels read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..declared.forms import CATEGORIES, VOLUNTEERING
from ..declared.parameters import InputError
from ..world import World
from .events import POST, STRANGER, WEB


def describe_forms(model: World) -> None:
    """Give a model its `form_*` arrays, one value per form, and what follows from forms and segments together.

    Raises:
        InputError: a form is run by a kind of institution that there is not.
    """
    forms, services = model.forms, [s.name for s in model.services]
    for form in forms:
        if form.service not in services:
            raise InputError(f"form '{form.name}': no kind of institution '{form.service}'; allowed: {', '.join(services)}")

    def number(of: Callable[[Any], Any], kind: str) -> np.ndarray:
        return np.array([of(f) for f in forms], dtype=kind)

    def own(form: Any, name: str) -> float:
        return model.overrides.get(f"forms.{form.name}.{name}", getattr(form, name))

    model.form_service = number(lambda f: services.index(f.service), "i8")
    model.form_category = number(lambda f: CATEGORIES.index(f.category), "i8")
    model.form_hours = number(lambda f: own(f, "effort"), "f8")
    model.form_ongoing = number(lambda f: f.ongoing, "?")
    model.form_strategic = number(lambda f: f.strategic, "?")
    model.form_formal = number(lambda f: f.category == "consultation" and f.strategic and f.entry in ("invitation", "open"), "?")
    model.form_delivers = number(lambda f: f.delivers, "?")
    model.form_web = number(lambda f: f.channel == "web", "?")
    model.form_face_to_face = number(lambda f: f.channel == "face to face" and not f.ongoing, "?")
    model.form_channel = number(lambda f: STRANGER if f.entry == "front line" else (WEB if f.channel == "web" else POST), "i8")
    model.form_by_book = number(lambda f: f.entry in ("invitation", "open"), "f8")
    model.form_quota = number(lambda f: f.entry == "quota", "?")
    model.form_seats_by_ward = number(lambda f: f.seats_by_ward, "?")
    model.form_is_panel = number(lambda f: f.seats_by_ward and f.ongoing, "?")
    model.open_forms = np.flatnonzero(number(lambda f: own(f, "seats") == 0, "?")).astype(np.int64)
    model.volunteering = next((n for n, f in enumerate(forms) if CATEGORIES.index(f.category) == VOLUNTEERING), 0)
    model.start_choice = cumulative(number(lambda f: f.start_weight, "f8"))
    _suit_segments(model, own)


def _suit_segments(model: World, own: Callable[[Any, str], float]) -> None:
    """Set what forms and channels suit which segment."""
    forms, segments, p = model.forms, model.segments, model.values["deciding"]

    def fit(form: Any, g: int) -> float:
        return form.fit[g] if g < len(form.fit) else 0.0

    model.appeal = np.array(
        [
            [own(f, "ease") - p.capability_weight * (f.skill - p.skill_usual) + fit(f, g) for g in range(len(segments))]
            for f in forms
        ]
    )
    # the form of the same kind, run by the same institutions, sent out and open, that suits a segment best
    model.best_form = np.empty((len(segments), len(forms)), np.int64)
    for g in range(len(segments)):
        for n, form in enumerate(forms):
            kind = (form.category, form.service, form.seats > 0)
            alike = [m for m, f in enumerate(forms) if (f.category, f.service, f.seats > 0) == kind and f.invitations > 0]
            model.best_form[g, n] = max((model.appeal[m, g], m == n, -m, m) for m in alike or [n])[-1]
    # the channel that suits a segment best, for those who are not and who are at home on the web
    model.best_channel = np.empty((len(segments), 2), np.int64)
    for g, segment in enumerate(segments):
        post, web, person = segment.channel_fit
        for online in range(2):
            suits = [(post, -POST), (person, -STRANGER), *([(web, -WEB)] if online else [])]
            model.best_channel[g, online] = -max(suits)[1]
    model.in_person_share = float(sum(s.share for g, s in enumerate(segments) if model.best_channel[g, 1] == STRANGER))
    model.segment_weights = np.array([(s.outcome_weight, s.recognition_weight, s.discussion_weight) for s in segments])
    model.messenger = np.array([s.messenger for s in segments])
    model.talkative = np.array([s.talk for s in segments])


def cumulative(weights: np.ndarray) -> np.ndarray:
    """Return weights along the last axis as cumulative shares; all 0 where there is no weight."""
    total = weights.sum(axis=-1, keepdims=True)
    return np.cumsum(weights, axis=-1) / np.where(total > 0, total, 1.0)
