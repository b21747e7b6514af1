"""A resident in plain Mesa: a person who is asked, decides, takes part and is answered, or not (asking, deciding, taking part, closing the loop)."""

from __future__ import annotations

import math

import numpy as np

from simulation.declared.columns import NEVER
from simulation.declared.levers import FORM_LEVER_NAMES
from simulation.declared.stages import STAGES
from simulation.state.ties import CLOSE, HOUSEHOLD

from .keyed import bits, clip, f32, sub, uniform
from .plain_person import PlainPerson

POST, WEB, BUREAU, STRANGER, FRONT_LINE, GROUP, PERSONAL = range(1, 8)


class PlainResident(PlainPerson):
    """What taking part in public life adds to a person."""

    # asking
    def receive(self, channel: int, tie_break: int, form: int, partner: int = -1, matched: bool = False) -> None:
        self.ask = max(self.ask or (0, 0, 0, 0, 0), (channel, tie_break >> 44, matched, form, partner + 1))
        self.asked_12m[self.model.slot] = min(self.asked_12m[self.model.slot] + 1, 255)

    def be_asked_at_the_counter(self) -> None:
        m = self.model
        for k, _, flags in self.cases:
            if "spoken" not in flags:
                continue
            lever = "ask_when_resolved" if "solved" in flags else "ask_when_unresolved"
            at, me = sub(m.key("asking: front line"), k), self.person_id
            for guest in range(m.services) if "solved" in flags else ():
                sends = [d.invitations if d.service == m.service_names[guest] else 0.0 for d in m.form_list]
                if guest != k and sum(sends) > 0 and uniform(sub(at, 10 + guest), me) < self.lever("piggy_back", guest):
                    form = self.pick(sends, uniform(sub(at, 30 + guest), me))
                    self.receive(FRONT_LINE, bits(sub(at, 50 + guest), me), form)
                    self.institution(guest).count("guest_asks")
            if uniform(at, me) < self.lever(lever, k) * (1.0 - self.lever("separation", k)):
                weights = [self.form_lever("counter_weight", f) for f in range(m.forms)]
                if uniform(sub(at, 2), me) < self.lever("preference_capture", k):
                    offered = [f for f in range(m.forms) if weights[f] > 0]
                    form = max(offered, key=lambda f: m.appeal[f, self.segment] + self.liking(f))
                else:
                    form = self.pick(weights, uniform(sub(at, 1), me))
                self.receive(FRONT_LINE, bits(at, me), form)

    @staticmethod
    def pick(weights: list[float], u: float) -> int:
        shares = np.cumsum(weights) / sum(weights)
        return next((f for f in range(len(weights) - 1) if u < shares[f]), len(weights) - 1)

    def ask_a_tie(self) -> None:
        m, p = self.model, self.model.values["asking"]
        acted, talks = self.acts_12m[(m.slot - 1) % 12] > 0, self.talks()
        for other, _ in self.awake() if acted else ():
            m.residents[other].peers = min(m.residents[other].peers + 1, 255)
        key, chance = m.key("asking: peers"), max(p.talker_ask, p.peer_ask) if talks else p.peer_ask if acted else 0.0
        if bits(key, self.person_id) < int(clip(chance) * 18446744073709549568.0) and self.awake():
            at = sub(key, self.person_id)
            scores = [
                (uniform(at, m.residents[o].person_id) * (1.0 if kind else p.acquaintance_share) * m.residents[o].sought, -o)
                for o, kind in self.awake()
            ]
            friend = m.residents[-max(scores)[1]]
            form = self.last_act_form if self.last_act_month > NEVER else m.volunteering
            friend.receive(PERSONAL, sub(at, friend.person_id), form, self.row)

    def book_twelfths(self, k: int) -> int:
        return 12 * ((self.book >> k) & 1) if self.model.loops["asking"] else int(self.book_mean[k])

    def be_invited(self, shares: list[float]) -> None:
        m, p, cell = self.model, self.model.values["asking"], self.cell
        key, matched = m.key("asking: invitations"), False
        u, form, channel = uniform(key, self.person_id), -1, 0
        for f, declared in enumerate(m.form_list):
            k = m.form_service[f]
            rate = float(m.levers.form[FORM_LEVER_NAMES.index("invitations"), f, cell]) / 1000.0
            rate *= 1.0 + self.lever("evaluation", k) * (m.worth[f, self.institution(k).row] - 1.0)
            share = max(shares[self.institution(k).row], 1e-9)
            first = p.book_first * (1.0 - self.lever("outreach", k)) if declared.entry in ("invitation", "open") else 0.0
            known = min(first * rate / share, p.book_limit)
            plain = min((rate - known * share) / max(1.0 - share, 1e-9), 1.0)
            extra = max(known + (1.0 - first) * rate - plain, -plain) if first else 0.0
            member = self.book_twelfths(k) / 12.0
            if declared.entry in ("invitation", "open"):
                outside, known = (self.sought / mean for mean in m.sought[k])
                u -= (1.0 - member) * plain * outside + member * (plain + extra) * known
            else:
                u -= plain + member * extra
            if u < 0.0:
                form = f
                channel = STRANGER if declared.entry == "front line" else WEB if declared.channel == "web" else POST
                break
        if form >= 0:
            k, me = m.form_service[form], self.person_id
            if uniform(sub(key, 2), me) < self.lever("matching", k):
                form, channel, matched = self.suited(form), self.suited_channel(), True
            elif uniform(sub(key, 3), me) < self.lever("channel_choice", k):
                channel = self.suited_channel()
            if uniform(sub(key, 4), me) < self.lever("outreach", k):
                channel = STRANGER
            if channel == WEB and not self.online:
                return
        else:
            u -= p.group_ask * m.strength_of(self.ward) * self.local("group_asks") * self.sought
            if u < 0.0:
                form, channel = m.volunteering, GROUP
            elif u < p.bureau_ask * self.local("bureau_reach"):
                form, channel = m.volunteering, BUREAU
        if form >= 0:
            self.receive(channel, bits(sub(key, 1), self.person_id), form, matched=matched)

    def suited(self, form: int) -> int:
        """The form of the same kind and institution that suits one's segment best."""

        m, declared = self.model, self.model.form_list[form]
        kind = (declared.category, declared.service, declared.seats > 0)
        alike = [f for f, d in enumerate(m.form_list) if (d.category, d.service, d.seats > 0) == kind and d.invitations > 0]
        best = max([m.appeal[f, self.segment] for f in alike], default=0.0)
        if not alike or (form in alike and m.appeal[form, self.segment] == best):
            return form
        return next(f for f in alike if m.appeal[f, self.segment] == best)

    def suited_channel(self) -> int:
        post, web, person = self.model.segment_list[self.segment].channel_fit
        channels = {POST: post, STRANGER: person} | ({WEB: web} if self.online else {})
        best = max(channels.values())
        return min(c for c in channels if channels[c] == best)

    def feel_asked(self) -> None:
        m, p = self.model, self.model.values["asking"]
        asks = self.asked_12m[m.slot]
        if not asks or self.ask is None:
            return
        channel, _, _, form, _ = self.ask
        k = m.form_service[form]
        number = 1.0 + (asks - 1.0) * (1.0 - self.lever("coordination", k))
        self.move("fatigue", 1.0, min(p.ask_fatigue * number, 1.0))
        self.asked_month, self.asked_form = m.month, form
        if channel in (POST, WEB, STRANGER, FRONT_LINE) and self.talk < -p.sore and self.talk_service == k:
            self.trust[k] = f32(self.trust[k] - p.backfire * self.trust[k])

    # efficacy and interest
    @property
    def inclination(self) -> float:
        weight = self.model.values["efficacy"].weight
        return f32(self.intercept + weight * (self.efficacy - 0.5)) if weight else self.intercept

    def learns(self, kind: int, gain: float, loss: float) -> None:
        """Move efficacy by an experience of a kind: 0 dealings with services, 1 acts and answers."""
        times = (self.first_times >> 4 * kind) & 15
        counts = 1.0 + self.model.values["efficacy"].first_weight / (1.0 + times)
        self.efficacy += min(gain * counts, 1.0) * (1.0 - self.efficacy) - min(loss * counts, 1.0) * self.efficacy
        self.first_times += 16**kind if times < 15 else 0

    def gain_efficacy(self) -> None:
        m, p, e = self.model, self.model.values["efficacy"], self.model.values["experience"]
        self.move("efficacy", m.ward_efficacy[self.ward], p.place_pull)
        for _, kind, flags in self.cases:
            if "solved" in flags:
                self.learns(0, p.case_gain, 0.0)
            elif "bad" in flags:
                size = 1.0 if "given up" in flags else e.first_failure if kind == "new" else e.chase_failure
                self.learns(0, 0.0, p.case_loss * size)
            self.efficacy = f32(self.efficacy)
        if self.ask is not None and self.ask[0] >= STRANGER:
            self.efficacy += p.asked_gain * (1.0 - self.efficacy)
        if self.acting:
            self.learns(1, p.act_gain, 0.0)
        gain = {"changed": p.answer_gain, "answered": p.answer_gain * p.answered_share}.get(self.came, 0.0)
        before, self.answer_felt = self.efficacy, 0.0
        if not m.loops["closing_the_loop"]:
            self.efficacy = clip(self.efficacy + self.answer_felt_mean)
        elif self.came:
            self.learns(1, gain, p.silence_loss if self.came == "silent" else 0.0)
            self.answer_felt = f32(self.efficacy - before)
        self.efficacy = f32(self.efficacy)

    # deciding
    def belief(self, service: int) -> float:
        w = self.model.values["deciding"].belief_everyday
        return self.trust[service] * (w * self.influence_everyday + (1.0 - w) * self.influence_strategic)

    def has_live_issue(self, asked: bool) -> bool:
        if not self.model.values["needs"].issue_lasts:
            return self.new_cases_12m[self.model.slot] > 0
        return bool(self.area_issue or self.grievance or (asked and self.issue))

    def log_odds(self, f: int, asked: bool) -> float:
        m, p = self.model, self.model.values["deciding"]
        form = m.form_list[f]
        gain = p.habit_weight * self.habit + p.peer_weight * min(max(self.peers - p.peers_needed, 0.0), p.peer_limit)
        gain += p.group_weight * (self.grouped + m.strength_of(self.ward))
        gain += p.attachment_weight * (self.attachment - 0.5) + p.capability_weight * (self.capability - 0.5)
        gain /= math.sqrt(1.0 + (gain / p.gain_limit) ** 2)
        resp = self.responded if m.loops["closing_the_loop"] else self.responded_mean
        tired = self.fatigue if m.loops["fatigue"] else self.fatigue_mean
        own = p.own_answers > 0.0 and form.category == "volunteering"
        if own:
            resp = self.thanked if m.loops["closing_the_loop"] else self.thanked_mean
        u = gain + p.responded_weight * (resp - 0.5) - p.fatigue_weight * tired + self.inclination
        if form.category == "volunteering":
            felt = m.values["efficacy"]
            u -= felt.weight * (1.0 - felt.volunteering_share) * (self.efficacy - 0.5)
            u += sum(share * getattr(p, f"time_{stage}") for share, stage in zip(m.stages[self.age], STAGES, strict=True))
        believes = self.belief(m.form_service[f])
        v = m.appeal[f, self.segment] + m.national(f) + p.norm_weight * (m.norm[self.ward][self.segment] - p.norm_reference)
        hope = min(believes / p.belief_reference, p.belief_limit)
        if own:
            v += p.general_weight * (sum(self.trust) / m.services - p.general_reference)
        else:
            v += p.belief_weight * (believes - p.belief_reference)
            if self.has_live_issue(asked):
                v += p.issue_weight * hope
        suits = p.reward_weight * self.form_lever("reward", f) - p.burden_weight * (self.form_lever("burden", f) - 1.0)
        suits += p.collective_weight * self.form_lever("collective_reward", f) * hope
        suits += p.social_weight * self.form_lever("social_reward", f) * m.segment_list[self.segment].recognition_weight
        if form.channel == "web":
            v += p.online_weight * (self.online - p.online_usual)
            suits *= self.online
        return u + v + suits

    def weigh(self, f: int, push: float, key: int, asked: bool = True) -> None:
        if uniform(key, self.person_id) < 1.0 / (1.0 + math.exp(-(self.log_odds(f, asked) + self.liking(f) + push))):
            self.joins.add(f)

    def consider(self) -> None:
        m, p = self.model, self.model.values["deciding"]
        self.joins = set()
        key, choice = m.key("deciding: opportunity"), m.key("deciding: choice")
        if self.ask is not None:
            push = (0.0, p.ask_post, p.ask_web, p.ask_bureau, p.ask_stranger, p.ask_front_line, p.ask_group, p.ask_personal)
            channel, _, matched, form, _ = self.ask
            post, web, person = m.segment_list[self.segment].channel_fit
            suits = {POST: post, WEB: web, STRANGER: person, FRONT_LINE: person}.get(channel, 0.0)
            self.weigh(form, push[channel] + suits + (p.message_gain if matched else 0.0), sub(choice, 2 * form))
        chance = p.start
        if self.has_live_issue(asked=False):
            chance *= 1.0 + p.issue_start * min(self.belief(0) / p.belief_reference, p.belief_limit)
        if uniform(key, self.person_id) < chance:
            v = uniform(sub(key, 1), self.person_id)
            weights, drawn = self.own_starts()
            f = self.pick(weights, v) if any(weights) else m.forms - 1
            self.weigh(f, p.own_idea - drawn[f], sub(choice, 2 * f + 1), asked=False)

    def own_starts(self) -> tuple[list[float], list[float]]:
        """How many own ideas go to each form this month, and what of its ease draws them from others and does not add: easier than all of its kind are."""
        m, p = self.model, self.model.values["deciding"]
        weights, drawn = [form.start_weight for form in m.form_list], [0.0] * m.forms
        for volunteering in (True, False):
            ease = {}
            for f, form in enumerate(m.form_list):
                if form.start_weight > 0.0 and (form.category == "volunteering") == volunteering:
                    reach = self.online if form.channel == "web" else 1
                    ease[f] = p.burden_weight * (1.0 - self.form_lever("burden", f)) * reach
            least, most = min(ease.values(), default=0.0), max(ease.values(), default=0.0)
            common = least if least > 0.0 else most if most < 0.0 else 0.0
            pull = {f: m.form_list[f].start_weight * math.exp(p.substitution * (one - common)) for f, one in ease.items()}
            before = sum(m.form_list[f].start_weight for f in ease)
            for f, one in ease.items():
                weights[f], drawn[f] = pull[f] * before / sum(pull.values()), p.substitution * (one - common)
        return weights, drawn

    def bring_along(self) -> list[tuple[PlainResident, int]]:
        m, p, brought = self.model, self.model.values["deciding"], []
        for f in sorted(self.joins):
            form, at = m.form_list[f], sub(m.key("deciding: companion"), f)
            if form.channel != "face to face" or form.ongoing or uniform(at, self.person_id) >= p.companion:
                continue
            mine = sub(at, self.person_id)
            kinds = (CLOSE,) if p.household_ask else (CLOSE, HOUSEHOLD)
            close = [(bits(mine, m.residents[o].person_id), o) for o, kind in self.awake() if kind in kinds]
            if close:
                brought.append((m.residents[max(close)[1]], f))
        return brought

    def talk_it_over(self) -> list[tuple[int, int]]:
        m, p = self.model, self.model.values["deciding"]
        at = m.key("deciding: companion")
        return [
            (other, f)
            for other, kind in self.awake()
            for f in self.joins
            if kind == HOUSEHOLD and f not in m.residents[other].joins
            and uniform(sub(at, 200 + f), m.residents[other].person_id) < p.household_ask
        ]  # fmt: skip

    # taking part
    def keep_roles(self) -> None:
        m, p = self.model, self.model.values["taking_part"]
        self.acting = set()
        tired = self.fatigue if m.loops["fatigue"] else self.fatigue_mean
        closed = m.loops["closing_the_loop"]
        for which, name in enumerate(("volunteer_role", "civic_role")):
            role = getattr(self, name)
            if not role:
                continue
            f, regular = role - 1, name == "civic_role" or self.volunteer_regular == 1
            own = name == "volunteer_role" and m.values["deciding"].own_answers
            stock = "thanked" if own else "responded"
            resp = getattr(self, stock if closed else f"{stock}_mean")
            chance = p.quit * (1.0 + p.burn_out * tired) * (1.0 - 2.0 * p.heard_keeps * (resp - 0.5))
            chance *= 1.0 if regular else p.occasional_quit
            loss = self.lever("relationship_loss", m.form_service[f]) if which else 0.0
            at = sub(m.key("taking part: roles"), which)
            if uniform(at, self.person_id) < clip(1.0 - (1.0 - clip(chance)) * (1.0 - loss)):
                setattr(self, name, 0)
            elif uniform(sub(at, 7), self.person_id) < (p.regular_activity if regular else p.occasional_activity):
                self.acting.add(f)

    def act(self) -> None:
        m, p = self.model, self.model.values["taking_part"]
        for f in sorted(self.acting):
            form, k = m.form_list[f], m.form_service[f]
            j, usual = self.institution(k), self.capability
            half_hours = max(round(2.0 * m.form_hours[f] * self.hours_factor), 1)
            self.acts_12m[m.slot] += 1
            self.hours_12m[m.slot] = min(self.hours_12m[m.slot] + half_hours, 255)
            setattr(self, f"months_{form.category}", getattr(self, f"months_{form.category}") | 1)
            if form.category == "volunteering":
                self.volunteer_hours_12m[m.slot] = min(self.volunteer_hours_12m[m.slot] + half_hours, 255)
            paid = p.crowding * self.form_lever("reward", f)
            self.move("habit", 1.0, p.habit_gain * (1.0 - paid))
            self.move("capability", 1.0, min(p.capability_gain * (1.0 + p.skills_gain * self.lever("skills_support", k)), 1.0))
            thanked = 1.0 + p.social_gain * self.form_lever("social_reward", f)
            self.move("attachment", 1.0, min(p.attachment_gain * (1.0 - paid) * thanked, 1.0))
            self.move("fatigue", 1.0, min(p.effort_fatigue * math.sqrt(0.5 * half_hours), 1.0))
            self.last_act_month, self.last_act_form = m.month, f
            self.grouped = 1 if form.ongoing else self.grouped
            m.delivering[self.ward] += form.delivers
            if form.category == "volunteering":
                continue
            if uniform(sub(m.key("taking part: outcome"), 128 + f), self.person_id) < j.book_keeping:
                self.book |= 1 << k
            weight = 2.0 / (1.0 + math.exp(-self.lever("engager_preference", k) * (usual - j.recent_capability)))
            j.weight_sum += round(weight * 1048576.0)
            weight /= j.recent_weight
            j.heeded[self.stratum] += round(weight * 1024.0)
            j.count("inputs")
            j.capability_sum += round(usual * 1048576.0)
            panel = form.seats_by_ward and form.ongoing
            chance = self.lever("openness", k) * (j.regard / 0.5) * (j.support / 0.5) * weight
            chance *= p.panel_gain * m.wards[self.ward]["panel_feed"] if panel else 1.0
            chance *= j.handled * (self.lever("strategic_hearing", k) if form.strategic else 1.0)
            own = m.wards[self.ward]["ownership"]
            if form.ongoing:
                chance *= own / 0.5 * (1.0 - p.unbacked * self.lever("initiative", k) * (1.0 - self.lever("linkage", k)))
                if own < 0.5:
                    self.move(
                        "influence_strategic" if form.strategic else "influence_everyday", 0.0, p.disempowerment * (1.0 - own / 0.5)
                    )
            at = m.key("taking part: outcome")
            changed = int(uniform(sub(at, f), self.person_id) < clip(chance))
            formal = form.category == "consultation" and form.strategic and form.entry in ("invitation", "open")
            if formal and uniform(sub(at, 64 + f), self.ward) < self.lever("done_deals", k):
                changed = 2
            j.count("changed", changed == 1)
            m.form_tallies[f][0] += 1
            m.form_tallies[f][1] += changed == 1
            m.panel_results[self.ward] += changed == 1 if panel else 0
            if not self.pending_form:
                wait = p.ongoing_wait if form.ongoing else self.lever("feedback_months", k)
                self.pending_form, self.pending_changed, self.pending_wait = f + 1, changed, max(round(wait), 1)

    # groups answer their own
    def be_thanked(self) -> None:
        m, p, loop = self.model, self.model.values["recognition"], self.model.values["closing_the_loop"]
        now = self.thanked
        if self.months_volunteering & 1:
            told = uniform(m.key("recognition: answer"), self.person_id) < p.answer
            now += p.gain * (1.0 - now) if told else -p.loss * now
        gain = {"changed": loop.changed_gain, "answered": loop.answered_gain}.get(self.came, 0.0)
        now += p.spill * gain * (1.0 - now) - (p.spill * loop.silence_loss * now if self.came == "silent" else 0.0)
        self.thanked = f32(now + p.pull * (0.5 - now))

    # closing the loop
    def be_answered(self) -> None:
        m, p = self.model, self.model.values["closing_the_loop"]
        self.came = ""
        if not self.pending_form:
            return
        if self.pending_wait > 1:
            self.pending_wait -= 1
            return
        form, k = m.form_list[self.pending_form - 1], m.form_service[self.pending_form - 1]
        _, recognition, discussion = m.segment_weights[self.segment]
        chance = self.lever("input_feedback", k) * self.institution(k).handled
        disappoints = 1.0 + p.clarity_weight * (0.5 - self.lever("role_clarity", k))
        if form.ongoing:
            chance = 1.0 - (1.0 - chance) * (1.0 - m.values["taking_part"].dialogue_feedback)
        influence = "influence_strategic" if form.strategic else "influence_everyday"
        if uniform(m.key("closing the loop: answer"), self.person_id) < chance:
            if self.pending_changed == 2:
                self.trust[k] = f32(self.trust[k] - p.decided_loss * self.trust[k])
            else:
                self.trust[k] = f32(self.trust[k] + p.trust_gain * (1.0 - self.trust[k]))
            self.move("understanding", 1.0, p.understanding_gain * self.lever("shared_constraints", k))
            if self.pending_changed == 2:
                self.move("responded", 0.0, min(p.decided_loss * disappoints, 1.0))
                strength, self.last_outcome, self.came = -p.talk_loss, 0, "silent"
            elif self.pending_changed:
                self.move("responded", 1.0, min(p.changed_gain * discussion, 1.0))
                self.move(influence, 1.0, min(p.influence_gain * recognition, 1.0))
                strength, self.last_outcome, self.came = p.talk_gain, 1, "changed"
            else:
                self.move("responded", 1.0, p.answered_gain)
                self.move(influence, 1.0, p.influence_answered)
                strength, self.last_outcome, self.came = p.talk_answered * p.talk_gain, 0, "answered"
        else:
            self.trust[k] = f32(self.trust[k] + -p.trust_loss * self.trust[k])
            self.move("responded", 0.0, min(p.silence_loss * disappoints, 1.0))
            self.move(influence, 0.0, min(p.influence_loss * disappoints, 1.0))
            strength, self.last_outcome, self.came = -p.talk_loss, -1, "silent"
        self.feel(strength, k)
        self.pending_form = self.pending_changed = self.pending_wait = 0
