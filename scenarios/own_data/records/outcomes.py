"""What the words of a case say: open or closed, and if closed whether anything was fixed. Closed is not fixed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from simulation.declared.parameters import InputError, nearest

from ..tables.table_file import normal

UNSAID, OPEN, CLOSED = 0, 1, 2  # what a word says of the case
UNKNOWN, FIXED, UNFIXED = 0, 1, 2  # what it says of the problem
MOST_WORDS = 5000  # distinct words that are counted by themselves
KINDS = {"open": (OPEN, UNKNOWN), "closed": (CLOSED, UNKNOWN), "fixed": (CLOSED, FIXED), "unfixed": (CLOSED, UNFIXED)}
NOTHING = {
    "", "-", "--", ".", "..", ":", "n/a", "na", "nan", "null", "none", "nil", "?", "unspecified", "unknown", "not known", "other", "not specified", "not set",
    "email sent", "e-mail sent", "hidden", "blank", "(blank)", "#n/a", "[]", "nat", "<na>", "undefined", "not stated", "not recorded", "sin datos", "inconnu", "unbekannt",
}  # fmt: skip

_OPEN = r"""(?:re )?open(?:ed)?|reopen(?:ed)?|opn|(?:in|under|being|still) (?:the )?(?:progress|process(?:ing|ed)?|review|hand|investigat\w+|consideration|inspection|action|repair|way|work|assessment
    |dealt(?: with)?|looked at|queue|design|construction|triage|discussion|evaluation|backlog|field|transit)|progressing|processing|investigating|underway|ongoing|on going|assigned|unassigned|reassigned|allocated|pending
    |new|acknowledged|accepted|hold|on hold|paused|await\w*|waiting|wait|submitted|received|scheduled|rescheduled|active|started|planned|programmed|draft|logged|registered|created|reported|confirmed|unconfirmed
    |dispatched|queued|outstanding|overdue|deferred|suspended|escalated|wip|backlog|to do|todo|live|not (?:yet )?(?:started|assigned|reviewed|seen|treated)|(?:to be|ready to|to) (?:closed?|inspected|fixed|repaired|done)
    |work in progress|(?:job|works?) (?:order(?:ed)?|raised|issued)(?: (?:created|raised|issued))?|inspection (?:booked|arranged|due|required|requested)|with (?:the )?(?:contractor|crew|team|supplier)|partial(?:ly)?(?: (?:complete[d]?|done|fixed|repaired|resolved|closed))?(?! (?:upheld|justified|agreed|accepted|granted|approved|founded|substantiated))|part (?:complete|done)|(?:passed|sent) to (?:the )?contractor
    |en (?:cours|attente|proceso|curso|tramite|tramitacion|estudio|espera|ejecucion|instruction)|ouvert\w*|nouveau|nouvelle|a traiter|non traite\w*|pris\w* en charge|planifie\w*|recu\w*|enregistre\w*
    |abiert[oa]s?|pendientes?|nuev[oa]s?|recibid[oa]s?|asignad[oa]s?|reabiert[oa]s?|programad[oa]s?|registrad[oa]s?|ingresad[oa]s?|iniciad[oa]s?
    |offen\w*|(?:in|zur) (?:bearbeitung|prufung|klarung|arbeit)|neu|eingegangen|zugewiesen|wartend|angenommen|geplant|wieder ?(?:er)?offnet|unbearbeitet|gemeldet|laufend|aperto|in corso|in lavorazione"""
_SHUT = r"""closed?|clsd?|complete[d]?|completion|done|finished|finali[sz]ed|archived|concluded|ended|inactive|actioned|settled|signed off|dealt with
    |fermee?s?|clos|close|cloture\w*|terminee?s?|traitee?s?|archivee?s?|achevee?s?|cerrad[oa]s?|finalizad[oa]s?|terminad[oa]s?|concluid[oa]s?|archivad[oa]s?|atendid[oa]s?|completad[oa]s?
    |geschlossen\w*|abgeschlossen\w*|erledigt\w*|beendet|fertig\w*|archiviert|chius[oa]|conclus[oa]"""
_FIX = r"""fixed|repaired|resolved|solved|rectified|remedied|corrected|replaced|removed|cleaned|cleared|collected|abated|restored|reinstated|filled|refilled|patched|made safe|mended|emptied|installed|painted over
    |(?:took|taken) action to (?:fix|resolve|correct)|action (?:was )?taken to (?:fix|resolve|correct)|(?:job|works?|repairs?|order) (?:was |were |has been |have been )?(?:completed?|done|finished|carried out)|(?:completed?|finished) (?:the )?(?:job|works?|repairs?)|problem (?:is )?gone after repair
    |resolue?s?|resolu|reparee?s?|regle\w*|corrige\w*|resuelt[oa]s?|solucionad[oa]s?|reparad[oa]s?|arreglad[oa]s?|subsanad[oa]s?|corregid[oa]s?|gelost\w*|geloest\w*|behoben\w*|repariert\w*|beseitigt\w*|risolt[oa]|riparat[oa]"""
_DOING = r"fix\w*|repair\w*|resolv\w*|solv\w*|complet\w*|rectif\w*|remed\w*|correct\w*|address\w*|access|locate\w*|find|found|confirm\w*|verif\w*|identif\w*|process\w*|act(?:ion)?\w*|do|done|remov\w*|clean\w*|contact\w*|reach\w*|gain\w*|inspect\w*|investigat\w*|help|assist|enforce|substantiat\w*|observ\w*|replicat\w*|reproduc\w*|treated|traite\w*|resolu\w*|repar\w*|resuelt\w*|solucion\w*|behoben|gelost|closed?"
_NOT = rf"(?:not|un ?able to|could ?n(?:o| ?)t|couldn t|can ?not|can t|cannot|won t|wont|will not|never|did not|didn t|was not|wasn t|unsuccessful|failed to|non|no|nicht) (?:yet )?(?:be |been |gain |get |\w+ ){{0,2}}(?:{_DOING})"
_NO = r"""duplicated?s?|dups?|dupes?|cancel\w*|withdrawn?|withdrew|invalid|void(?:ed)?|reject\w*|refused|declined|denied|dismissed|spam|abandoned|refer|referred\w*|referral|transferred|transfer|redirected|misdirected|misrouted|signposted
    |not (?:an? |the |in |within |under |our |a matter for |for )*(?:ours?|us|responsib\w*|council\w*|city\w*|county\w*|district|borough|jurisdiction|remit|scope|matter|required|necessary|needed|applicable|actionable|valid|eligible|feasible|possible|approved|justified|upheld|warranted|issue|problem|defect|violation|priority|planned|maintained|owned|adopted|present|there|visible|evident|violating|in violation|meeting|meet|enough|sufficient)
    |(?:outside|beyond|out) (?:of )?(?:our |the |of |city |council )*(?:jurisdiction|remit|scope|area|control|boundar\w*|responsib\w*|limits|criteria|policy)|no (?:action|jurisdiction|authority|access|response|reply|budget|funding|resources|longer|fault|violation|violations|issue|issues|problem|problems|defect|defects|evidence|cause|offen[cs]e|crime|encroachment|merit|grounds|such)|nothing (?:found|to do|wrong)
    |no (?:\w+ ){0,3}(?:found|observed|present|evident|required|needed|necessary|seen|issued|detected|identified|planned|possible|warranted)|gone on arrival|goa|already gone|without (?:an? )?(?:fix|repair|resolution|solution|action|any action|remedy)|upon arrival .* gone|(?:were|was|had) (?:already )?gone|unfounded|unsubstantiated|unjustified|unresolved|unfixed|unrepaired|unsolved|unsuccessful|uncollected|insufficient|not enough|incomplete|expired|lapsed|deleted?|merged|superseded|in error|created in error|misuse
    |wrong (?:department|address|location|team|agency|service)|(?:another|other|different|external) (?:agency|authority|organi[sz]ation|department|body|council|party)|third party|private (?:property|land|road|matter)|does not|do not|is not|will not|would not|won t fix|wont fix|cannot|can not|unable|impossible|below (?:the )?(?:threshold|intervention\w*|criteria)|fake|hoax|test only|testing
    |annulee?s?|rejetee?s?|refusee?s?|doublons?|sans suite|irrecevable|hors (?:competence|perimetre)|non (?:recevable|conforme|resolu\w*|fonde\w*)|abandonnee?s?|transferee?s?|cancelad[oa]s?|anulad[oa]s?|rechazad[oa]s?|duplicad[oa]s?|desestimad[oa]s?|denegad[oa]s?|improcedente|no (?:procede|competente|resuelto|es competencia\w*)|descartad[oa]s?|derivad[oa]s?|inadmitid[oa]s?
    |abgelehnt\w*|abgewiesen|storniert|duplikat|doppelt|ungultig|zuruckgezogen|nicht zustandig|unzustandig|keine (?:zustandigkeit|massnahme|ma nahme)|nicht (?:behoben|erledigt|gelost|moglich)|verworfen|annullat[oa]|respint[oa]"""
_NO_MORE = r"no (?:further|more|additional|other) action(?: (?:is |was |to be )?(?:required|needed|necessary|planned|possible|taken|at this time))?|nfa|no further (?:work|steps|investigation)"


def _words(pattern: str) -> re.Pattern:
    return re.compile(r"\b(?:" + re.sub(r"\s*\n\s*", "", pattern) + r")\b")


_IS_OPEN, _IS_SHUT, _IS_FIXED, _IS_NEGATED, _IS_UNFIXED, _NO_MORE_TO_DO = map(_words, (_OPEN, _SHUT, _FIX, _NOT, _NO, _NO_MORE))
_NOT_DONE = _words(
    r"(?:not|non|nicht|never)(?: yet)? (?:been )?(?:closed?|complete[d]?|resolved|fixed|repaired|done|finished|solved|resolue?s?|traitee?s?|resuelt[oa]|behoben|erledigt|gelost)|no resuelt[oa]|"
    r"un(?:resolved|fixed|repaired|solved)|incomplete"
)
# What is spoken of, and says nothing of the case: an abandoned car that was removed was dealt with.
_OBJECTS = _words(
    r"abandoned (?=vehicles?|cars?|vans?|bikes?|bicycles?|cycles?|motor\w*|trolle\w*|boats?|caravans?|propert\w*|buildings?|animals?|items?|furniture|waste|rubbish|goods)|"
    r"void (?=works?|propert\w*|repairs?|homes?|houses?|flats?|dwellings?|units?|inspections?)|refused? (?=collections?|sacks?|bins?|vehicles?)|"
    r"cancel\w* (?=trains?|bus\w*|direct debits?)"
)
# Beside "fixed" these may speak of what is left or who did it: "cleared, no evidence of an offender".
_IS_WEAK = _words(
    r"no (?:evidence|defects?|faults?|issues?|problems?|violations?|trace|sign)(?: \w+){0,4}|testing|test only|(?:in|created in) error"
)
_NOT_YET = _words(
    r"(?:will|shall|should|would|may|might|could|must|can|to|going to|due to|yet to|expected to|nearly|almost|partly|half|soon|being)(?: be| get| been)? "
    r"(?:fixed|repaired|resolved|solved|rectified|remedied|corrected|replaced|removed|cleaned|cleared|collected|restored|reinstated|filled|mended|emptied|installed)"
)
_TAKEN_OFF = _words(
    r"(?:case|request|record|report|ticket|entry|job|order|complaint|enquiry|item) (?:was |has been )?(?:removed|cleared|replaced|corrected)|"
    r"(?:removed|cleared) from (?:the )?(?:queue|list|system|register|database|backlog|case\w*|records?|view|map)"
)
_NOT_OPEN = _words(
    r"(?:no longer|not|never|nicht mehr|plus|ya no) (?:re ?)?(?:open(?:ed)?|active|live|ouvert\w*|offen\w*|abiert[oa])"
)
_AGAIN = _words(r"re ?open(?:ed)?|reabiert[oa]s?|wieder ?(?:er)?offnet|reouvert\w*|rouvert\w*")
_TO_COME = re.compile(
    r"\b(?:to be|to get|be|for|until|till|before|awaiting|await|pending|waiting|not|yet|when|once|if|unless|being|getting)(?: \w+){0,2} ?$"
)
# A day, and the words by which it is put: `as at 31/03/2024`.
_DAYS = re.compile(
    r"(?:\b(?:as|still|the|end|of|at|on|by|since|from|until|in|per|year|day|days|week|weeks|month|months|quarter|report\w*|snapshot|date|for)\b ?)*"
    r"\b\d+(?:st|nd|rd|th)?\b(?: ?(?:of )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b)?"
)
_IS_DUPLICATE = _words(r"duplicated?s?|dups?|dupes?|doublons?|duplicad[oa]s?|duplikate?|doppelt|duplicat[oa]")
_NO_DUPLICATE = _words(
    r"(?:no|not|non|never|without|nicht|kein|sin|sans|pas) (?:an? |been |yet |be |un |de |ein )*"
    r"(?:duplicat\w*|dups?|dupes?|doublons?|duplicad\w*|duplikate?|doppelt)"
)
_LETTERS = {"o": OPEN, "op": OPEN, "c": CLOSED, "cl": CLOSED}


def plain(word: str) -> str:
    """Return a word as it is compared: one blank between words, no case."""
    return " ".join(word.split()).casefold()


def outcome_of(text: str) -> int:
    """Return whether words say `FIXED`, `UNFIXED` (closed without a fix), or neither (`UNKNOWN`)."""
    words = _OBJECTS.sub("", normal(text))
    rest = _NO_MORE_TO_DO.sub(" ", words)
    if _says_both(rest) or _NOT_YET.search(rest) or _TAKEN_OFF.search(rest):
        return UNKNOWN
    if _IS_NEGATED.search(rest) or _IS_UNFIXED.search(rest):
        return UNFIXED
    if _IS_FIXED.search(rest):
        return FIXED
    return UNFIXED if rest != words else UNKNOWN


def _says_both(words: str) -> bool:
    """Return whether words say that it was fixed, and something that means no fix only if it speaks of the case."""
    rest = _IS_WEAK.sub(" ", words)
    return rest != words and bool(_IS_FIXED.search(rest)) and not (_IS_NEGATED.search(rest) or _IS_UNFIXED.search(rest))


def says_duplicate(text: str) -> bool:
    """Return whether words say that a case repeats another: `Duplicate`, `Completed - Dup`, and not `Not a duplicate`."""
    words = normal(text)
    return bool(_IS_DUPLICATE.search(words)) and not _NO_DUPLICATE.search(words)


def meaning_of(word: str) -> tuple[int, int] | None:
    """Return what a status word says of case and problem; None for a word that is not known.

    `Duplicate (open)` is open, `Completed - Dup` closed, `Closed - reopened` open. Words that say both, such as `Scheduled repair completed`, and
    `Will be fixed` or `No longer open` are not known: somebody has to say what they mean, and until then the dates count.
    """
    if plain(word) in NOTHING:
        return UNSAID, UNKNOWN
    words, outcome = normal(word), outcome_of(word)
    if words in _LETTERS:
        return _LETTERS[words], UNKNOWN
    left = _NOT_DONE.sub(" ", words)
    at_open, at_shut = _IS_OPEN.search(left), _IS_SHUT.search(left) or _IS_FIXED.search(left)
    if _NOT_OPEN.search(left) or (_TAKEN_OFF.search(left) and not at_open):
        return None
    if at_open and at_shut and at_open.start() < at_shut.start() and at_shut.start() >= at_open.end():
        return (OPEN, UNKNOWN) if _TO_COME.search(left[: at_shut.start()]) else None
    if at_open and (not at_shut or at_shut.start() >= at_open.start() or _reopened_last(left)):
        return OPEN, UNKNOWN
    if at_shut and (_NOT_YET.search(left) or _says_both(left)):
        return None
    if at_shut or (outcome == UNFIXED and left == words):
        return CLOSED, outcome
    return (UNSAID, UNFIXED) if outcome == UNFIXED else None


def _reopened_last(words: str) -> bool:
    """Return whether the last that words tell is that a case was opened again."""
    again = list(_AGAIN.finditer(words))
    return bool(again) and not _IS_SHUT.search(words[again[-1].end() :])


def still_open(text: str) -> bool:
    """Return whether a cell of closing dates says that a case is open: `Open`, `Outstanding at 31/03/2024`, `31/03/2024 (not yet closed)`.

    Beside a day no word may say closed: `Reopened 1 May, closed 3 May` is no such cell.
    """
    dated = bool(re.search(r"\d", text))
    if dated and not re.search(r"[^\W\d_]{2}", text):  # a day, as nearly all are
        return False
    words = " ".join(_DAYS.sub(" ", normal(text)).split()) if dated else text
    if not words or not (dated or text[:1].isalpha()):
        return False
    left = _NOT_DONE.sub(" ", normal(words))
    if dated and (_IS_SHUT.search(left) or _IS_FIXED.search(left)) and not re.search(r"\bto be\b", left):
        return False
    undone = dated and left != normal(words)
    return undone or (meaning_of(words) or (UNSAID, UNKNOWN))[0] == OPEN


def given_meanings(words: Mapping[str, str]) -> dict[str, tuple[int, int]]:
    """Return what somebody said that words mean; raise `InputError` for a meaning that there is not."""
    for word, kind in words.items():
        if kind not in KINDS:
            raise InputError(f"--status {word}={kind}: unknown meaning '{kind}'; {nearest(kind, KINDS)}")
    return {plain(word): KINDS[kind] for word, kind in words.items()}


@dataclass
class Words:
    """Sorts the words of a column of states or of outcomes, and counts them.

    Attributes:
        given: what somebody said that words mean; comes first.
        states: True for a column of states; False for one of outcomes, which says nothing of open or closed by itself.
        counts: rows by word as written in the file; those beyond `MOST_WORDS` are counted under ''.
        heard: the given words that were met.
    """

    given: Mapping[str, tuple[int, int]]
    states: bool
    counts: Counter[str] = field(default_factory=Counter)
    heard: set[str] = field(default_factory=set)

    def meaning(self, word: str) -> tuple[int, int] | None:
        """Return what a word says of case and problem; None: not known."""
        said = self.given.get(plain(word))
        if said is not None:
            return said
        if self.states:
            return meaning_of(word)
        return UNSAID, UNKNOWN if plain(word) in NOTHING else outcome_of(word)

    def sort(self, cells: pd.Series) -> tuple[np.ndarray, np.ndarray]:
        """Return what each cell says of the case and of the problem, int8 (rows,) each, and count the words."""
        codes, words = pd.factorize(cells)
        found = np.array([self.meaning(str(word)) or (UNSAID, UNKNOWN) for word in words], np.int8).reshape(-1, 2)
        for word, number in zip(words, np.bincount(codes, minlength=len(words)), strict=True):
            known = word in self.counts or len(self.counts) < MOST_WORDS
            self.counts[str(word) if known else ""] += int(number)
            if plain(str(word)) in self.given:
                self.heard.add(plain(str(word)))
        return found[codes, 0], found[codes, 1]

    def duplicates(self, cells: pd.Series) -> np.ndarray:
        """Return which cells say that their case repeats another, bool (rows,)."""
        codes, words = pd.factorize(cells)
        return np.array([says_duplicate(str(word)) for word in words], bool)[codes]

    def unknown(self) -> dict[str, int]:
        """Return the words that nobody knows, the most frequent first, with their rows."""
        return {word: n for word, n in self.counts.most_common() if self.meaning(word) is None}

    def by_kind(self) -> tuple[dict[str, int], dict[str, tuple[str, ...]]]:
        """Return rows and words by what they were taken for, as a `Reading` shows them."""
        counts: dict[str, int] = {}
        values: dict[str, list[str]] = {}
        for word, number in self.counts.most_common():
            kind = self._kind(word)
            counts[kind] = counts.get(kind, 0) + number
            values.setdefault(kind, []).append(word)
        return counts, {kind: tuple(words) for kind, words in values.items()}

    def _kind(self, word: str) -> str:
        meaning = self.meaning(word)
        if meaning is None:
            return "not known"
        state, outcome = meaning
        if plain(word) in NOTHING and plain(word) not in self.given:
            return "missing"
        if state == OPEN:
            return "open"
        return {FIXED: "fixed", UNFIXED: "closed without a fix"}.get(outcome, "closed" if self.states else "says nothing of a fix")


def shortened(words: Iterable[str], most: int = 12) -> str:
    """Return some words in quotes, the rest as a number."""
    all_words = list(words)
    shown = ", ".join(f"'{word[:40]}'" for word in all_words[:most])
    return shown + (f" and {len(all_words) - most} more" if len(all_words) > most else "")
