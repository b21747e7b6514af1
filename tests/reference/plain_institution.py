"""An institution in plain Mesa."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import mesa
import numpy as np

from simulation.declared.levers import INSTITUTION_LEVER_NAMES

from .keyed import clip

if TYPE_CHECKING:
    from .plain_model import PlainModel

ENABLERS = ("senior_support", "resources", "incentives", "time_frames", "culture")


class PlainInstitution(mesa.Agent):
    """An institution with its stocks as attributes and this month's tallies."""

    def __init__(self, model: PlainModel, row: int, columns: dict[str, np.ndarray], service: int) -> None:
        super().__init__(model)
        self.row, self.service = row, service
        for name, array in columns.items():
            setattr(self, name, float(array[row]))
        self.tally: dict[str, int] = {}

    def count(self, what: str, number: int = 1) -> None:
        self.tally[what] = self.tally.get(what, 0) + number

    def mean_lever(self, name: str) -> float:
        return float(self.model.levers.mean[INSTITUTION_LEVER_NAMES.index(name), self.row])

    def learn(self) -> None:
        m, p = self.model, self.model.values["learning"]
        people = max(self.served, 1.0)
        self.recent = [x * (11.0 / 12.0) + y / 1024.0 for x, y in zip(self.recent, self.heeded, strict=True)]
        total = 0.0
        for x in self.recent:
            total += x
        volume = 1000.0 * total / 12.0 / people
        self.voice = self.representativeness(total) * volume / (volume + p.voice_volume)
        self.useful_input += (1000.0 * self.tally.get("changed", 0) / people - self.useful_input) / 12.0
        if self.tally.get("new_cases", 0) > 0:
            self.reputation += (self.tally.get("first_resolved", 0) / self.tally["new_cases"] - self.reputation) / 12.0
        if self.tally.get("inputs", 0) > 0:
            self.recent_weight += p.input_memory * (self.weight_sum / 1048576.0 / self.tally["inputs"] - self.recent_weight)
            self.recent_capability += p.input_memory * (
                self.capability_sum / 1048576.0 / self.tally["inputs"] - self.recent_capability
            )
        heard = self.useful_input if m.loops["service"] else self.useful_mean
        speaks = self.voice if m.loops["regard"] else self.voice_mean
        gain = p.knowledge_gain * heard / (heard + p.useful_reference)
        joined = 1.0 - self.mean_lever("separation")
        contacts = (self.mean_lever("discretion") + joined) * 0.5 + p.knowledge_advocate * self.mean_lever("advocate_share")
        gain += p.knowledge_contact * 2.0 * self.mean_lever("internal_learning") * contacts
        new = gain * (1.0 - self.knowledge) - p.knowledge_decay * self.knowledge
        new += p.sharing_speed * self.mean_lever("insight_sharing") * max(m.mean_knowledge - self.knowledge, 0.0)
        gone = self.mean_lever("knowledge_loss") * (1.0 - p.experience_loss)
        self.knowledge = clip((self.knowledge + new) * (1.0 - gone))
        self.skill += p.skill_speed * (self.mean_lever("training") - self.skill)
        self.skill *= 1.0 - gone
        room = self.mean_lever("specialists") * (1.0 + p.embedded_staff * joined)
        self.handled = min(1.0, room / volume) if volume > 0.0 else 1.0
        champions, dismissive = self.mean_lever("champions"), self.mean_lever("dismissive")
        usual = 1.0 - champions - dismissive
        target = champions * p.champion_regard + usual * p.usual_regard + dismissive * p.dismissive_regard
        target = clip(
            target + p.voice_weight * (speaks - p.voice_reference) + p.skill_regard * (self.skill * self.experienced - 0.5)
        )
        kept = 1.0 - self.mean_lever("relationship_loss")
        self.regard = (self.regard + p.regard_speed * (target - self.regard)) * kept
        enabled = 0.0
        for name in ENABLERS:
            enabled += self.mean_lever(name) / len(ENABLERS)
        self.support = (self.support + p.support_speed * (enabled - self.support)) * kept
        self.rebuild()
        self.efficiency = max(1.0 - p.distrust_cost * (p.trust_reference - self.trust_sum / 1048576.0 / people), 0.1)

    def rebuild(self) -> None:
        """What a reorganisation took comes back as people rebuild it."""
        p = self.model.values["learning"]
        usual_loss = self.model.levers.rest[INSTITUTION_LEVER_NAMES.index("contact_book_loss"), self.row]
        lost = {
            "convening": p.convening_loss * self.mean_lever("relationship_loss"),
            "book_keeping": p.book_loss * max(self.mean_lever("contact_book_loss") - usual_loss, 0.0),
            "experienced": p.experience_loss * self.mean_lever("knowledge_loss"),
        }
        months = {"convening": p.convening_months, "book_keeping": p.book_months, "experienced": p.experience_months}
        for name, part in lost.items():
            left = getattr(self, name) * (1.0 - clip(part))
            pace = (1.0 - 2.0 ** (-1.0 / months[name])) * self.support * self.mean_lever("resources") * 4.0
            setattr(self, name, left + min(pace, 1.0) * (1.0 - left))

    def representativeness(self, total: float) -> float:
        if total <= 0.0:
            return 1.0
        gap = noise = 0.0
        for count, share in zip(self.recent, self.model.stratum_share, strict=True):
            gap += abs(count / total - share)
            noise += math.sqrt(2.0 * share * (1.0 - share) / (math.pi * total))
        return clip(1.0 - 0.5 * (gap - noise))
