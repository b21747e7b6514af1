"""A person in plain Mesa: who they are, how services treat them, what they hear, and what fades (needs, casework, experience, word of mouth, drift)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import mesa
import numpy as np
from scipy.stats import norm as normal_distribution

from simulation.declared.interventions import Intervention
from simulation.declared.levers import FORM_LEVER_NAMES, INSTITUTION_LEVER_NAMES
from simulation.declared.stages import STAGES

from .keyed import bits, clip, f32, normal, sub, uniform
from .plain_institution import PlainInstitution

if TYPE_CHECKING:
    from .plain_model import PlainModel

ARRIVAL = 1 << 32
HARDNESS = normal_distribution.ppf((np.arange(64) + 0.5) / 64)


class PlainPerson(mesa.Agent):
    """A resident with every column as an attribute; lists by service, lists of twelve for the year's books."""

    def __init__(self, model: PlainModel, row: int, columns: dict[str, np.ndarray]) -> None:
        super().__init__(model)
        self.row = row
        for name, array in columns.items():
            setattr(self, name, array[..., row].tolist())
        self.ties: dict[int, list] = {}  # other's row -> [kind, awake]
        self.ask: tuple[int, int, int, int, int] | None = None
        self.cases: list[list] = []
        self.came = ""
        self.sought = 1.0
        self.joins: set[int] = set()
        self.acting: set[int] = set()

    @property
    def fifth(self) -> int:
        return (self.decile - 1) // 2

    @property
    def stratum(self) -> int:
        return self.segment * 5 + self.fifth

    @property
    def cell(self) -> int:
        return int(self.model.levers.cell_of[self.ward, self.segment, self.fifth, self.model.position[self.row], self.sample])

    @property
    def sample(self) -> int:
        """A bit for each intervention that is aimed at households or persons and may reach this one."""
        return sum(1 << k for k, one in enumerate(self.model.levers.sampled) if self.is_in_sample(one))

    def is_in_sample(self, one: Intervention) -> bool:
        aim, key = one.delivery, self.model.key(f"reach: {one.name}", constant=True)
        slots = sorted(r.person_id % ARRIVAL for r in self.model.homes[self.household])
        home = self.person_id - self.person_id % ARRIVAL + slots[0]
        if uniform(key, home) >= aim.households:
            return False
        if aim.members == "one" and slots[int(uniform(sub(key, 1), home) * len(slots))] != self.person_id % ARRIVAL:
            return False
        return aim.persons is None or (self.person_id % ARRIVAL in aim.persons and not self.arrived)

    def institution(self, service: int) -> PlainInstitution:
        return self.model.institutions[self.model.institution_of[self.ward, service]]

    def lever(self, name: str, service: int) -> float:
        j = self.model.institution_of[self.ward, service]
        return float(self.model.levers.institution[INSTITUTION_LEVER_NAMES.index(name), j, self.cell])

    def local(self, name: str) -> float:
        """The highest value that any of the ward's institutions gives a lever."""
        return max(self.lever(name, k) for k in range(self.model.services))

    def form_lever(self, name: str, form: int) -> float:
        return float(self.model.levers.form[FORM_LEVER_NAMES.index(name), form, self.cell])

    def talks(self) -> bool:
        """Helped to talk and to ask."""
        return uniform(self.model.key("asking: talkers", constant=True), self.person_id) < self.local("talkers")

    def liking(self, form: int) -> float:
        b = bits(sub(self.model.key("character: likes", constant=True), form), self.person_id)
        four, spread = sum((b >> shift) & 0xFFFF for shift in (0, 16, 32, 48)), self.model.values["deciding"].taste_spread
        return spread * (math.sqrt(3.0) * (four / 65536.0 - 2.0) - 0.5 * spread)

    def awake(self) -> list[tuple[int, int]]:
        return [(other, kind) for other, (kind, on) in sorted(self.ties.items()) if on]

    def move(self, name: str, towards: float, share: float) -> None:
        now = getattr(self, name)
        setattr(self, name, f32(now + share * (towards - now)))

    def feel(self, strength: float, service: int) -> None:
        if abs(strength) >= abs(self.talk):
            self.talk, self.talk_service = f32(strength), service

    # needs
    def need(self) -> None:
        m, p = self.model, self.model.values["needs"]
        self.cases = []
        self.forget()
        strength = m.strength_of(self.ward)
        factor = max(p.need_scale * (1.0 - p.group_relief * strength - p.service_relief * m.wards[self.ward]["own_services"]), 0.0)
        u, fresh = uniform(m.key("needs: issue"), self.person_id), None
        for k in range(m.services):
            u -= m.need_rates[self.decile - 1, self.tenure, k] * factor * self.lever("need_factor", k)
            if u < 0.0 and fresh is None:
                fresh = k
        for k in range(m.services):
            if self.case_age[k]:
                self.case_age[k] = min(self.case_age[k] + 1, 250)
                v = uniform(sub(m.key("needs: patience"), k), self.person_id)
                kind = "abandon" if v < p.give_up else "chase" if v < p.give_up + min(p.chase * m.chase_factors[k], 1.0) else "wait"
                self.repeat_contacts_12m[m.slot] += kind == "chase"
                self.cases.append([k, kind, set()])
        alone = False
        if fresh is not None and self.case_age[fresh] == 0:
            reach, v = (
                p.contact_probability * (1.0 + p.memory_gate * self.memory[fresh]),
                uniform(m.key("needs: report"), self.person_id),
            )
            if v < reach * (1.0 - p.self_help_share * self.know_how):
                self.new_cases_12m[m.slot] += 1
                self.cases.append([fresh, "new", set()])
            elif v < reach:
                alone = True
                self.move("capability", 1.0, p.alone_gain)
                self.move("influence_everyday", 1.0, p.alone_gain)
        if fresh is not None and p.issue_lasts:
            if uniform(m.key("needs: area"), self.person_id) * self.lever("need_factor", fresh) < p.area_share:
                self.area_issue = self.area_issue | 1 << fresh
            elif not alone:
                self.issue = self.issue | 1 << fresh

    def forget(self) -> None:
        p, key = self.model.values["needs"], self.model.key("needs: forgetting")
        for k in range(self.model.services if p.issue_lasts else 0):
            if uniform(sub(key, k), self.person_id) < p.issue_forgotten:
                self.drop_issue(k)
            if uniform(sub(key, k, 1), self.person_id) < p.issue_forgotten:
                self.area_issue &= 255 - (1 << k)

    def drop_issue(self, k: int) -> None:
        self.issue &= 255 - (1 << k)
        self.grievance &= 255 - (1 << k)

    # casework
    def be_handled(self) -> None:
        m, p = self.model, self.model.values["casework"]
        for case in self.cases:
            k, kind, flags = case
            j, at, me = self.institution(k), sub(m.key("casework: outcome"), k), self.person_id
            advocate = kind != "abandon" and uniform(sub(at, 1), me) < self.lever("advocate_share", k)
            self.case_number[k] += kind == "new"
            if kind == "abandon":
                flags |= {"bad", "given up"}
                j.count("abandoned")
            else:
                chance = (
                    self.lever("responsiveness", k)
                    + p.knowledge_gain * (j.knowledge * j.experienced - 0.5)
                    + p.slack_gain * (p.usual_load - min(j.load, 1.0))
                )
                chance = clip(chance) * j.throughput
                if advocate:
                    chance += p.advocate_gain * (1.0 - chance)
                elif kind == "new":
                    chance *= 1.0 - self.lever("misrouting", k) * (1.0 - self.lever("discretion", k))
                if kind != "new":
                    hard = bits(sub(m.key("casework: hardness", constant=True), k, self.case_number[k]), me) >> 58
                    rate = math.log(2.0) / m.half_lives[j.row] * j.throughput
                    worked = 1.0 - math.exp(-rate * math.exp(p.response_spread * m.spread_factors[j.row] * HARDNESS[hard]))
                    chance = 1.0 - (1.0 - worked) * (1.0 - p.chase_success * chance if kind == "chase" else 1.0)
                if uniform(sub(at, 2), me) < chance:
                    flags.add("solved")
                    self.resolved_12m[m.slot] += 1
                    j.count("resolved")
                    j.count("first_resolved", kind == "new")
                elif kind in ("new", "chase"):
                    flags.add("bad")
                if kind in ("new", "chase"):
                    flags.add("spoken")
                    if uniform(sub(at, 3), me) < self.lever("courtesy", k) + p.courtesy_skill * (j.skill * j.experienced - 0.5):
                        flags.add("courteous")
                    if uniform(sub(at, 5), me) < self.lever("self_help", k):
                        flags.add("taught")
            if flags:
                told = self.lever("case_feedback", k)
                told += p.advocate_gain * (1.0 - told) if advocate else 0.0
                if uniform(sub(at, 4), me) < told:
                    flags.add("told")
            if flags & {"solved", "given up"}:
                if kind != "new":
                    self.case_age[k], self.open_cases = 0, self.open_cases - 1
            elif kind == "new":
                self.case_age[k], self.open_cases = 1, self.open_cases + 1
            if m.values["needs"].issue_lasts:
                self.settle(k, kind, flags)

    def settle(self, k: int, kind: str, flags: set[str]) -> None:
        m, felt = self.model, self.model.values["experience"]
        if "solved" in flags:
            self.drop_issue(k)
        elif "bad" in flags:
            weight = 1.0 if "given up" in flags else felt.first_failure if kind == "new" else felt.chase_failure
            key = sub(m.key("casework: grievance", constant=True), k, self.case_number[k])
            if uniform(key, self.person_id) < m.values["needs"].grievance * weight:
                self.issue |= 1 << k
                self.grievance |= 1 << k

    # experience
    def live_through(self) -> None:
        m, p = self.model, self.model.values["experience"]
        outcome_weight, recognition, _ = m.segment_weights[self.segment]
        for k, kind, flags in self.cases:
            if not flags:
                continue
            t, felt = self.trust[k], self.influence_everyday
            expected = self.expectation[k] if m.loops["expectation"] else self.expectation_mean[k]
            gain, solved = p.outcome_gain * outcome_weight, "solved" in flags
            if solved:
                relative = p.absolute_weight + (1.0 - p.absolute_weight) * 2.0 * (1.0 - expected)
                t += gain * (1.0 + p.filter * (t - 0.5)) * (1.0 - t) * relative
                felt += p.influence_gain * outcome_weight * (1.0 - felt)
                self.memory[k] = f32(self.memory[k] + p.memory_good * (1.0 - self.memory[k]))
            elif "bad" in flags:
                size = 1.0 if "given up" in flags else p.first_failure if kind == "new" else p.chase_failure
                relative = p.absolute_weight + (1.0 - p.absolute_weight) * 2.0 * expected
                size *= 1.0 - p.understanding_weight * self.understanding
                t -= gain * p.asymmetry * size * (1.0 - p.filter * (t - 0.5)) * t * relative
                felt -= p.influence_gain * outcome_weight * size * felt
                self.memory[k] = f32(self.memory[k] + p.memory_bad * size * (-1.0 - self.memory[k]))
            came = 1.0 if solved else 0.0
            self.expectation[k] = f32(self.expectation[k] + p.expectation_gain * (came - self.expectation[k]))
            if "spoken" in flags:
                t += p.fairness_gain * ((1.0 - t) if "courteous" in flags else -t)
            if "taught" in flags:
                self.move("know_how", 1.0, p.taught_gain)
            noticed = p.told_gain * recognition
            t += noticed * (1.0 - t) if "told" in flags else -noticed * t
            felt += noticed * (1.0 - felt) if "told" in flags else -noticed * felt
            self.trust[k], self.influence_everyday = f32(clip(t)), f32(clip(felt))
            happy = 0.5 + p.satisfaction_outcome * (came - expected)
            if "spoken" in flags:
                happy += p.satisfaction_courtesy * (1.0 if "courteous" in flags else -1.0)
            happy += p.satisfaction_told * (1.0 if "told" in flags else -1.0)
            self.satisfaction, self.last_satisfied = f32(clip(happy)), int(happy >= 0.5)
            self.feel(p.talk_good if solved else -p.talk_bad * (1.0 if "given up" in flags else p.talk_unresolved), k)

    # word of mouth
    def hear_the_news(self) -> None:
        m, p = self.model, self.model.values["word_of_mouth"]
        for k in range(m.services):
            key = sub(m.key("word of mouth: news"), k)
            if uniform(key, self.person_id) < self.lever("bad_news", k) and p.news_strength >= abs(self.talk):
                self.talk, self.talk_service = f32(-p.news_strength), k

    def tell(self) -> None:
        m, p = self.model, self.model.values["word_of_mouth"]
        if abs(self.talk) < p.quiet:
            return
        at = sub(m.key("word of mouth: telling"), self.person_id)
        loud = abs(self.talk) * m.talkative[self.segment]
        loud *= 1.0 + p.talker_voice if self.talk > 0.0 and self.talks() else 1.0
        likely = (p.acquaintance_talk, p.close_talk, p.household_talk)
        for other, kind in self.awake():
            listener = m.residents[other]
            if bits(at, listener.person_id) < int(clip(loud * likely[kind]) * 18446744073709549568.0):
                listener.heard[self.talk_service] += round(self.talk * 4096.0)

    def listen(self) -> None:
        m, p = self.model, self.model.values["word_of_mouth"]
        total, any_ = 0.0, False
        for k in range(m.services):
            h = self.heard[k] / 4096.0 if m.loops["word_of_mouth"] else self.heard_mean[k]
            if h == 0.0:
                continue
            any_ = True
            h = clip(h, -p.limit, p.limit) * m.messenger[self.segment]
            total += h
            t = self.trust[k]
            self.trust[k] = f32(clip(t + p.trust_weight * h * ((1.0 - t) if h > 0.0 else t)))
        if any_:
            total = clip(total, -p.limit, p.limit)
            for name in ("influence_everyday", "influence_strategic"):
                x = getattr(self, name)
                setattr(self, name, f32(clip(x + p.influence_weight * total * ((1.0 - x) if total > 0.0 else x))))

    # drift
    def fade(self) -> None:
        m, p = self.model, self.model.values["drift"]
        for k in range(m.services):
            self.trust[k] = f32(self.trust[k] + p.trust_pull * (clip(self.disposition) - self.trust[k]))
            self.institution(k).trust_sum += int(self.trust[k] * 1048576.0)
            self.expectation[k] = f32(
                self.expectation[k] + p.expectation_pull * (self.institution(k).reputation - self.expectation[k])
            )
            self.memory[k] = f32(p.memory_kept * self.memory[k])
        anchor = clip(self.disposition + p.influence_offset)
        self.move("influence_everyday", anchor, p.influence_pull)
        self.move("influence_strategic", anchor, p.influence_pull)
        visible = m.wards[self.ward]["visible_results"]
        e = self.influence_everyday
        self.influence_everyday = f32(e + p.visible_gain * visible * (1.0 - e) - p.imposed_loss * m.wards[self.ward]["imposed"] * e)
        self.move("capability", self.capability_base, p.capability_pull)
        self.move("attachment", self.attachment_base, p.attachment_pull)
        self.move("responded", 0.5, p.responded_pull)
        self.habit, self.fatigue, self.talk = (
            f32(p.habit_kept * self.habit),
            f32(p.fatigue_kept * self.fatigue),
            f32(p.talk_kept * self.talk),
        )
        self.know_how, self.understanding = f32(p.know_how_kept * self.know_how), f32(p.understanding_kept * self.understanding)

    def moves(self) -> bool:
        p = self.model.values["drift"]
        chance = min((p.move_owner, p.move_social, p.move_private)[min(self.tenure, 2)] * self.model.moving[self.ward], 1.0)
        return bits(self.model.key("drift: moving"), self.household) < int(chance * 18446744073709549568.0)

    def be_replaced(self) -> None:
        """Give the home to a newcomer: all who move into it are like the members of one first household, which is drawn by the first of them."""
        m, p = self.model, self.model.values["drift"]
        self.person_id += ARRIVAL
        housemates = sorted(r.person_id % ARRIVAL for r in m.residents if r.household == self.household)
        first = self.person_id // ARRIVAL * ARRIVAL + housemates[0]
        pool = m.pools[self.row]
        like = pool[int(uniform(m.key("drift: newcomer"), first) * len(pool))] + housemates.index(self.person_id % ARRIVAL)
        for name in ("age", "qualification", "occupation", "segment", "children", "partner"):
            setattr(self, name, m.first_people_are[name][like])
        for name, start in m.starts.items():
            setattr(self, name, [start] * len(getattr(self, name)) if isinstance(getattr(self, name), list) else start)

        def key(name: str) -> int:
            return m.key(f"character: {name}", constant=True)

        level, me = self.qualification - 1.0, self.person_id
        mean = p.disposition_mean + p.disposition_qualification * level - p.disposition_deprivation * (5.5 - self.decile) / 4.5
        self.disposition = f32(clip(mean + p.disposition_spread * normal(key("disposition"), me), p.extreme, 1.0 - p.extreme))
        together = p.household_spread * normal(key("household"), first) if p.household_spread else 0.0
        self.intercept = f32(p.intercept_spread * normal(key("intercept"), me) + together)
        efficacy = m.values["efficacy"]
        if efficacy.weight:
            self.efficacy = f32(clip(0.5 + efficacy.start_spread * normal(key("efficacy"), me)))
        self.hours_factor = f32(math.exp(p.hours_spread * normal(key("hours"), me)))
        skill = 0.5 + p.capability_qualification * level + p.capability_spread * normal(key("capability"), me)
        skill -= p.capability_deprivation * (5.5 - self.decile) / 4.5
        if m.knows_occupation and self.occupation < 5:
            skill += p.capability_occupation * (1.0, 0.0, -1.0, -1.0, 0.0)[self.occupation]
        skill += sum(share * getattr(p, f"capability_{stage}") for share, stage in zip(m.stages[self.age], STAGES, strict=True))
        self.capability = self.capability_base = f32(clip(skill, p.extreme, 1.0 - p.extreme))
        attached = 0.5 + (p.attachment_owner if self.tenure == 0 else 0.0) + p.attachment_spread * normal(key("attachment"), me)
        self.attachment = self.attachment_base = f32(clip(attached, p.extreme, 1.0 - p.extreme))
        at_home = p.online_old if self.age >= m.old_age else p.online_young
        self.online = int(uniform(key("online"), me) < at_home - p.online_deprivation * (5.5 - self.decile) / 4.5)
        self.trust = [self.disposition] * m.services
        self.influence_everyday = self.influence_strategic = float(
            np.clip(np.float32(self.disposition) + np.float32(p.influence_offset), 0, 1)
        )
        self.expectation = [f32(self.institution(k).reputation) for k in range(m.services)]
        self.expectation_mean = list(self.expectation)
        self.settling = self.arrived = 1
