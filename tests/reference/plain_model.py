"""The oracle: the same month in plain Mesa, resident by resident, with the same keyed draws.

Slow and readable on purpose, and written apart from the kernels: it shares their declarations (parameters, levers, forms) and
the hash of a stream's name, and nothing else. Columns are held in single precision, as the model holds them.
"""

from __future__ import annotations

import math
from typing import Any, ClassVar

import mesa
import numpy as np

from simulation.declared.forms import CATEGORIES
from simulation.declared.levers import FORM_LEVER_NAMES, INSTITUTION_LEVER_NAMES
from simulation.kernels.randomness import stream
from simulation.state.newcomers import TRAITS

from .keyed import bits, clip, normal, pair_uniform, sub, uniform
from .plain_institution import PlainInstitution
from .plain_resident import PERSONAL, PlainResident

RINGS = ("new_cases_12m", "repeat_contacts_12m", "resolved_12m", "asked_12m", "acts_12m", "hours_12m", "volunteer_hours_12m")


class PlainModel(mesa.Model):
    """The month over agents."""

    STEPS: ClassVar[dict[str, str]] = {
        "needs": "find_needs", "casework": "work_on_cases", "experience": "live_through", "asking": "ask", "deciding": "decide", "taking_part": "take_part",
        "closing_the_loop": "answer", "recognition": "thank", "word_of_mouth": "talk", "efficacy": "gain_efficacy", "community": "meet", "learning": "learn", "drift": "drift",
    }  # fmt: skip

    @classmethod
    def of(cls, fast: Any) -> PlainModel:
        """Return a plain model that goes on from where a `ParticipationModel` stands."""
        self = cls(seed=0)
        for name in ("values", "loops", "levers", "institution_of", "need_rates", "half_lives", "chase_factors", "spread_factors", "segment_weights", "messenger", "talkative",
                     "appeal", "form_service", "form_hours", "volunteering", "moving", "old_age", "stages", "knows_occupation", "position",
                     "ward_population", "month"):  # fmt: skip
            setattr(self, name, getattr(fast, name))
        self.root, self.services, self.form_list, self.forms = fast.key, len(fast.services), fast.forms, len(fast.forms)
        self.segment_list, self.service_names = fast.segments, [s.name for s in fast.services]
        self.form_record = fast.form_record.tolist()
        n = fast.newcomers
        self.pools = [n.models[n.first[pool] : n.first[pool + 1]].tolist() for pool in n.pool.tolist()]
        self.first_people_are = dict(zip(TRAITS, n.traits.tolist(), strict=True))
        self.stratum_share, self.norm = fast.stratum_share.tolist(), fast.norm.tolist()
        self.columns = [c.name for c in fast.residents.columns]
        self.starts = {
            c.name: (float if c.dtype == "f4" else int)(c.start)
            for c in fast.residents.columns
            if c.name not in fast.person_columns
        }
        columns = {k: v.copy() for k, v in fast.residents.arrays().items()}
        self.residents = [PlainResident(self, i, columns) for i in range(fast.residents.size)]
        self.homes: dict[int, list[PlainResident]] = {}
        for r in self.residents:
            self.homes.setdefault(r.household, []).append(r)
        state = {k: v.copy() for k, v in fast.institutions.arrays().items()}
        kinds = [s.name for s in fast.services]
        self.institutions = [
            PlainInstitution(self, j, state, kinds.index(s.service)) for j, s in enumerate(fast.scenario.institutions)
        ]
        for j, institution in enumerate(self.institutions):
            institution.served, institution.recent = float(fast.served[j]), fast.recent_inputs[j].tolist()
            institution.counted = int(fast.trust_sum[j])
        self.wards = [{c.name: float(getattr(fast.wards, c.name)[w]) for c in fast.wards.columns} for w in range(fast.wards.size)]
        for i, resident in enumerate(self.residents):
            for target in fast.ties.targets[fast.ties.offsets[i] : fast.ties.offsets[i + 1]].tolist():
                awake = target >= 0
                target = target if awake else ~target
                resident.ties[target >> 2] = [target & 3, awake]
        return self

    @property
    def slot(self) -> int:
        return self.month % 12

    def key(self, name: str, constant: bool = False) -> int:
        cache = self.__dict__.setdefault("_keys", {})
        at = (name, 0 if constant else self.month)
        if at not in cache:
            cache[at] = int(stream(self.root, *at))
        return cache[at]

    def strength_of(self, ward: int) -> float:
        return self.wards[ward]["group_strength" if self.loops["community"] else "group_mean"]

    def step(self) -> None:
        self.month += 1
        self.__dict__["_keys"] = {}
        self.levers.set_month(self.month)
        self.panel_results, self.delivering = [0] * len(self.wards), [0] * len(self.wards)
        self.form_tallies = [[0, 0] for _ in range(self.forms)]
        for j in self.institutions:
            j.tally, j.heeded, j.capability_sum, j.weight_sum, j.trust_sum = {}, [0] * len(self.stratum_share), 0, 0, 0
        for r in self.residents:
            r.ask, r.heard = None, [0] * self.services
            for name in RINGS:
                getattr(r, name)[self.slot] = 0
            for category in CATEGORIES:
                setattr(r, f"months_{category}", (getattr(r, f"months_{category}") << 1) & 0xFFF)
        for step in self.STEPS.values():
            getattr(self, step)()

    def everybody(self, *steps: str) -> None:
        for step in steps:
            for r in self.residents:
                getattr(r, step)()

    def find_needs(self) -> None:
        self.everybody("need")

    def work_on_cases(self) -> None:
        self.take_work_in()
        self.everybody("be_handled")

    def live_through(self) -> None:
        self.everybody("live_through")

    def answer(self) -> None:
        self.everybody("be_answered")

    def thank(self) -> None:
        if self.values["deciding"].own_answers:
            self.everybody("be_thanked")

    def talk(self) -> None:
        self.everybody("hear_the_news", "tell", "listen")

    def gain_efficacy(self) -> None:
        if not self.values["efficacy"].weight:
            return
        held = [0] * len(self.wards)
        for r in self.residents:
            held[r.ward] += int(r.efficacy * 1048576.0)
        self.ward_efficacy = [x / 1048576.0 / max(n, 1) for x, n in zip(held, self.ward_population, strict=True)]
        self.everybody("gain_efficacy")

    def take_work_in(self) -> None:
        p = self.values["casework"]
        for r in self.residents:
            for k, kind, _ in r.cases:
                j = r.institution(k)
                j.count({"new": "new_cases", "chase": "chases"}.get(kind, "other"))
                j.count("open", kind != "new")
        for j in self.institutions:
            chases = float(j.tally.get("chases", 0)) if self.loops["failure_demand"] else j.chase_mean * j.served
            work = j.tally.get("new_cases", 0) + p.chase_effort * chases + p.open_effort * j.tally.get("open", 0)
            room = j.mean_lever("capacity") * j.served / 1000.0 * j.efficiency
            j.load = work / room if room > 0.0 else (1000.0 if work > 0.0 else 0.0)
            j.throughput = (1.0 + j.load**p.load_steepness) ** (-p.load_loss / p.load_steepness)

    def ask(self) -> None:
        self.everybody("be_asked_at_the_counter")
        for r in self.residents:
            r.peers = 0
        prospecting = self.values["asking"].prospecting
        if prospecting:
            sought = [math.exp(prospecting * (r.capability - 0.5)) for r in self.residents]
            mean = sum(int(x * 1024.0) for x in sought) / 1024.0 / len(sought)
        for n, r in enumerate(self.residents):
            r.sought = sought[n] / mean if prospecting else 1.0
        self.sought = [self.sought_by_book(k) if prospecting else (1.0, 1.0) for k in range(self.services)]
        seen = [[[0, 0] for _ in row] for row in self.norm]
        for r in self.residents:
            seen[r.ward][r.segment][0] += 1
            seen[r.ward][r.segment][1] += r.acts_12m[(self.slot - 1) % 12] > 0
            r.ask_a_tie()
        self.norm = [[acted / max(people, 1) for people, acted in row] for row in seen]
        known = [0] * len(self.institutions)
        for r in self.residents:
            for k in range(self.services):
                known[r.institution(k).row] += 12 * ((r.book >> k) & 1) if self.loops["asking"] else r.book_mean[k]
        shares = [n / (12.0 * max(j.served, 1.0)) for n, j in zip(known, self.institutions, strict=True)]
        self.worth = self.evaluate()
        for r in self.residents:
            r.be_invited(shares)
        self.everybody("feel_asked")

    def sought_by_book(self, k: int) -> tuple[float, float]:
        """How sought those outside and inside a kind of institution's contact books are on average: of each as many are asked as without choice."""
        inside = [r.book_twelfths(k) for r in self.residents]
        sums = [[sum((12 - b if out else b) * int(r.sought * 1024.0) for r, b in zip(self.residents, inside, strict=True)),
                 sum(12 - b if out else b for b in inside)] for out in (True, False)]  # fmt: skip
        outside, known = (max(total / 1024.0 / people, 1e-9) if people else 1.0 for total, people in sums)
        return outside, known

    def evaluate(self) -> dict[tuple[int, int], float]:
        """What a form's input changes, beside the other forms that an institution sends out."""
        worth = {(f, j.row): 1.0 for f in range(self.forms) for j in self.institutions}
        sent = self.levers.form_mean[FORM_LEVER_NAMES.index("invitations")]
        limit = self.values["asking"].evaluation_limit
        for k in range(self.services):
            forms = [f for f, d in enumerate(self.form_list) if d.service == self.service_names[k] and d.category != "volunteering"]
            total = {j.row: sum(float(sent[f, j.row]) for f in forms) for j in self.institutions}
            if len(forms) < 2 or not all(total.values()):
                continue
            yields = {f: (self.form_record[f][1] + 1.0) / (self.form_record[f][0] + 3.0) for f in forms}
            for j in self.institutions:
                mean = sum(float(sent[f, j.row]) * yields[f] for f in forms) / total[j.row]
                part = {f: clip(yields[f] / mean, 1.0 / limit, limit) for f in forms}
                kept = sum(float(sent[f, j.row]) * part[f] for f in forms)
                for f in forms:
                    worth[f, j.row] = part[f] * total[j.row] / kept
        return worth

    def decide(self) -> None:
        self.everybody("consider")
        brought = [pair for r in self.residents for pair in r.bring_along()]
        key, p = self.key("deciding: companion"), self.values["deciding"]
        for friend, f in brought:
            ask = (PERSONAL, bits(sub(key, 99), friend.person_id) >> 44, False, f, 0)
            friend.ask = max(friend.ask or (0, 0, 0, 0, 0), ask)
        at_home = sorted({pair for r in self.residents for pair in r.talk_it_over()}) if p.household_ask else []
        for row, f in at_home:
            friend = self.residents[row]
            ask = (PERSONAL, bits(sub(key, 99), friend.person_id) >> 44, False, f, 0)
            friend.ask = max(friend.ask or (0, 0, 0, 0, 0), ask)
        theirs = self.key("deciding: companion's choice")
        for friend, f in brought:
            friend.weigh(f, p.ask_personal, sub(theirs, f))
        for row, f in at_home:
            self.residents[row].weigh(f, p.household_push, sub(theirs, 200 + f))

    def national(self, f: int) -> float:
        """Return what the year's mood and an election add to a form."""
        p, added = self.values["deciding"], 0.0
        if p.mood_spread:
            added += p.mood_spread * normal(int(stream(self.root, "deciding: national mood", (self.month - 1) // 12)), 0)
        cycle = round(12 * p.election_years)
        if cycle and self.month % cycle in (0, cycle - 1, cycle - 2) and self.form_list[f].category != "volunteering":
            added += p.election_lift
        return added

    def take_part(self) -> None:
        p, places = self.values["taking_part"], self.key("taking part: places")
        self.everybody("keep_roles")
        taken: dict[tuple[int, int], int] = {}
        before = [{"volunteer_role": r.volunteer_role, "civic_role": r.civic_role} for r in self.residents]
        for r in self.residents:
            if r.civic_role:
                f = r.civic_role - 1
                taken[f, self.pool(f, r)] = taken.get((f, self.pool(f, r)), 0) + 1
        for f, form in enumerate(self.form_list):
            role = "volunteer_role" if form.category == "volunteering" else "civic_role"
            wants = [r for r in self.residents if f in r.joins and not (form.ongoing and before[r.row][role])]
            if any(self.places(f, r) < math.inf for r in wants):
                crowd: dict[tuple[int, int], int] = {}
                for r in wants:
                    crowd[self.pool(f, r), r.stratum] = crowd.get((self.pool(f, r), r.stratum), 0) + 1

                def score(r: PlainResident, f: int = f, form: Any = form, crowd: dict = crowd) -> float:
                    k = self.form_service[f]
                    share = max(self.stratum_share[r.stratum], 1.0 / len(self.residents))
                    weight = share / crowd[self.pool(f, r), r.stratum] if form.entry == "quota" else math.exp(
                        r.lever("engager_preference", k) * (r.capability - r.institution(k).recent_capability)
                    )  # fmt: skip
                    return -math.log(1.0 - uniform(sub(places, f), r.person_id)) / weight

                wants.sort(key=score)
            for r in wants:
                at = (f, self.pool(f, r))
                if taken.get(at, 0) + 1 > self.places(f, r):
                    continue
                if form.ongoing and role == "civic_role" and r.civic_role:
                    continue
                taken[at] = taken.get(at, 0) + 1
                r.acting.add(f)
                if form.ongoing:
                    setattr(r, role, f + 1)
                    if role == "volunteer_role":
                        r.volunteer_regular = int(uniform(sub(places, 100 + f), r.person_id) < p.regular_share)
        self.everybody("act")

    def pool(self, f: int, r: PlainResident) -> int:
        return r.ward if self.form_list[f].seats_by_ward else r.institution(self.form_service[f]).row

    def places(self, f: int, r: PlainResident) -> float:
        j = r.institution(self.form_service[f])
        seats = float(self.levers.form_mean[FORM_LEVER_NAMES.index("seats"), f, j.row])
        people = self.ward_population[r.ward] if self.form_list[f].seats_by_ward else j.served
        if seats <= 0.0:
            return math.inf
        places = max(seats * people / 1000.0, 1.0)
        if j.convening == 1.0:
            return places
        drawn = uniform(sub(self.key("taking part: who runs a seat", constant=True), f), self.pool(f, r))
        return math.floor(math.floor(places) * j.convening + drawn)

    def meet(self) -> None:
        p = self.values["community"]
        active = [0] * len(self.wards)
        for r in self.residents:
            active[r.ward] += bool(r.acting)
            if (
                r.grouped
                and not r.volunteer_role
                and not r.civic_role
                and uniform(self.key("community: leaving"), r.person_id) < p.leave
            ):
                r.grouped = 0
        panels = [f for f, form in enumerate(self.form_list) if form.seats_by_ward and form.ongoing]
        for w, ward in enumerate(self.wards):
            people = max(self.ward_population[w], 1)
            g, share = ward["group_strength"], active[w] / people
            asked = sum(float(self.levers.form_by_ward(FORM_LEVER_NAMES.index("invitations"), f)[w]) / 1000.0 for f in panels)
            lever = {n: float(self.levers.by_ward(INSTITUTION_LEVER_NAMES.index(n))[w]) for n in
                     ("group_support", "agenda", "initiative", "programme", "linkage", "transfer")}  # fmt: skip
            growth = p.group_gain * share / p.group_reference + p.group_help * lever["group_support"]
            ward["group_strength"] = clip(g + (growth * (1.0 - g) - p.group_decay * g))
            own = lever["agenda"] + (1.0 - lever["agenda"]) * p.initiative_ownership * lever["initiative"]
            own *= 1.0 - p.programme_ownership * lever["programme"] * (1.0 - lever["linkage"])
            ward["ownership"] += p.ownership_speed * (own - ward["ownership"])
            ward["imposed"] = lever["programme"] * max(1.0 - ward["ownership"] / 0.5, 0.0)
            running = 1000.0 * self.delivering[w] / people
            full = lever["transfer"] * running / (running + p.service_reference)
            ward["own_services"] += p.service_speed * (full - ward["own_services"])
            ward["panel_feed"] = p.panel_memory * ward["panel_feed"] + (1.0 - p.panel_memory) * asked / (asked + p.panel_reference)
            ward["visible_results"] = 1000.0 * self.panel_results[w] / people

    def learn(self) -> None:
        self.mean_knowledge = 0.0
        for j in self.institutions:
            self.mean_knowledge += j.knowledge / len(self.institutions)
        for j in self.institutions:
            j.trust_sum = j.counted  # institutions feel the trust of the month before
            j.learn()
        self.form_record = [[11.0 / 12.0 * old + new for old, new in zip(o, n, strict=True)]
                            for o, n in zip(self.form_record, self.form_tallies, strict=True)]  # fmt: skip
        self.lose_contacts()

    def lose_contacts(self) -> None:
        for r in self.residents:
            for k in range(self.services):
                loss = r.lever("contact_book_loss", k)
                if (r.book >> k) & 1 and loss > 0.0 and uniform(sub(self.key("learning: contact book"), k), r.person_id) < loss:
                    r.book &= ~(1 << k) & 255

    def drift(self) -> None:
        for j in self.institutions:
            j.trust_sum = 0
        self.everybody("fade")
        for j in self.institutions:
            j.counted = j.trust_sum
        movers = [r for r in self.residents if r.moves()]
        for r in movers:
            for other, tie in r.ties.items():
                if tie[0] != 2:
                    tie[1] = self.residents[other].ties[r.row][1] = False
        for r in movers:
            r.be_replaced()
        self.get_acquainted()

    def get_acquainted(self) -> None:
        p, key = self.values["ties"], self.key("drift: meeting")
        chance: dict[int, float] = {}
        for r in self.residents:
            if r.settling:
                friends = [tie for tie in r.ties.values() if tie[0] != 2]
                known = sum(tie[1] for tie in friends)
                chance[r.row] = p.introduction + p.closure * (known / len(friends) if friends else 0.0)
                took_part = any(getattr(r, f"months_{c}") for c in CATEGORIES)
                chance[r.row] = min(chance[r.row] * (1.0 + p.joining_in if took_part else 1.0), 1.0)
        for r in self.residents:
            if not r.settling:
                continue
            for other, tie in r.ties.items():
                friend = self.residents[other]
                likely = max(chance[r.row], chance.get(other, 0.0))
                if not tie[1] and pair_uniform(key, r.person_id, friend.person_id) < likely:
                    tie[1] = friend.ties[r.row][1] = True
        for r in self.residents:
            if r.settling and all(on for _, on in r.ties.values()):
                r.settling = 0

    def columns_of_residents(self) -> dict[str, np.ndarray]:
        """Return every resident column as the model holds it, shaped (..., residents)."""
        return {name: np.array([getattr(r, name) for r in self.residents]).T for name in self.columns}
