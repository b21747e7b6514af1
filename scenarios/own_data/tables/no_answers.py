"""Values that mean no answer: words in several languages, and codes, which depend on the scale next to them."""

from __future__ import annotations

import html
import itertools
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from .table_file import MISSING

# A bare x or c means "not shown" to a statistical office; in a survey it may be a tick or the name of a segment.
EMPTY = (MISSING - {"x", "c"}) | {"#n/a", "#null!", "<na>", "?", "??", "???"}
STATA = re.compile(r"\.[a-z]?")

_BEFORE = (
    r"(?:i|i d|i m|i am|we|respondent|really|would|he|she|they|do not read|do not read out|spontaneous|spontaneously|code only) "
)
_WORDS = (
    r"do ?n ?o?t know|does ?n ?o?t know|did ?n ?o?t know|d ?k\b",
    r"prefer(?:s|red)? not|rather not|cho(?:o)?se not|declin(?:e to|ed|es)\b|refus(?:e to|ed|es|al|als|ing)\b(?! (?:to )?trust)",
    r"(?:do|would|did) ?n ?o?t (?:wish|want|like) to (?:say|answer|disclose|tell|state|give)",
    r"did ?n ?o?t (?:answer|respond|reply|say|state|give|complete|remember|recall)|do ?n ?o?t (?:remember|recall)",
    r"do ?n ?o?t have (?:an? |any |enough )?(?:opinion|view|information)|have ?n ?o?t (?:heard|thought|decided)\b",
    r"(?:item|schedule|question|section|module|it)? ?not (?:applicable|appl|app|stated|answered|asked|sure|certain|known|available|reported|disclosed|"
    r"recorded|ascertained|given|provided|specified|completed|interviewed|in universe|eligible|relevant|collected|obtained|routed|responded)\b",
    r"interview not (?:achieved|obtained|completed)|(?:does|do) ?n ?o?t apply|inapp?(?:lic\w*)?\b|iap\b",
    r"no (?:answer|reply|response|opinion|data|information|view|value|entry|comment|interview|questionnaire)\b",
    r"no idea(?: (?:at all|really|sorry|about (?:this|that|it)|don t know|dk))*$",
    r"none (?:given|stated|recorded|provided)|(?:item )?non ?(?:response|respondent|reply|applicable)\b",
    r"un(?:sure|known|certain|answered|ascertained|specified|disclosed|available|codeable|codable)\b",
    r"(?:ca ?n ?(?:no)?t|could ?n ?o?t|unable to|hard to|difficult to|too (?:hard|difficult) to) (?:say|choose|remember|recall|tell|answer|decide|judge|rate)",
    r"(?:system|user|sys|other|data|values?|item|coded) missing\b|missing (?:data|values?|answers?|responses?|codes?|information|items?)\b|sysmiss?\b|(?:valid |legitimate )?skip(?:ped)?\b|left blank|question not",
    r"(?:information|answers?|response|data|respondent|question|item) (?:refused|withheld|missing|declined)|route not taken|(?:not|un) ?routed|routed (?:out|past)|interviewer error",
    r"multi(?:ple)? ?(?:coded|answers?|responses?)\b|withheld\b",
    # Spanish, Portuguese, French, Italian, German, Dutch, Welsh, Polish, Scandinavian
    r"no sabe|no contesta|no responde|no aplica|ns (?:nc|nr)\b|nsnc\b|nao (?:sabe|sei|respond|se aplica)|pref(?:iero|iere|iro) (?:no|nao) |sin (?:respuesta|datos?|opinion)|sem (?:resposta|opiniao)",
    r"(?:je )?ne sai[ts] pas|ne se prononce pas|sans (?:reponse|opinion|avis|objet)|non (?:reponse|concerne|renseigne|repondu)|pas de reponse|pas d opinion|ne (?:veut|souhaite) pas",
    r"non (?:so|sa|risponde|applicabile|disponibile|indicato)\b|preferisc[oe] non|nessuna (?:risposta|opinione)|senza risposta|rifiut",
    r"weiss? (?:ich |es )?nicht|wei nicht|nicht (?:beantwortet|angegeben)|keine? (?:angaben?|antwort|meinung|ahnung)|ohne angabe|verweigert|mochte nicht",
    r"weet (?:ik )?niet|geen (?:antwoord|mening|opgave)|wil niet|niet van toepassing|weigert",
    r"ddim yn (?:gwybod|siwr)|gwell gen i beidio|dim ateb|amherthnasol|nie wiem|trudno powiedziec|odmowa|brak (?:odpowiedzi|danych)",
    r"vet (?:ej|inte|ikke)|ved ikke|ingen (?:svar|asikt|mening)|vill (?:ej|inte)|onsker ikke",
)  # fmt: skip
_WHOLE = r"n ?a(?: (?:not|refus|dk|no|item|question|skip).*)?|n ?[sckr]|pnts|pns|undecided|system|nsp|k ?a|n v t|no se|refuse|refus|ref|decline|missing(?: \d+)?|blank|empty|null|nan|proxy|invalid|incomplete"
_SAYS_NOTHING = re.compile(f"(?:{_BEFORE})?(?:{'|'.join(_WORDS)}).*|{_WHOLE}")
_KNOWS_NOT = re.compile(
    rf"(?:{_BEFORE})?(?:do ?n ?o?t (?:know|remember|recall)|d ?k\b|prefer(?:s|red)? not|rather not|(?:un|not )(?:sure|certain)|no (?:idea|opinion|view)|"
    r"undecided|(?:ca ?n ?(?:no)?t|could ?n ?o?t|unable to|hard to|difficult to) (?:say|choose|remember|recall|tell|decide|judge|rate))"
)
# Words of usual answers, which identify nobody however few people give them.
_USUAL = (
    "a about above agree agreed all always and any anything applicable apply asked at available been can cant certain choose completely confident consulted could council count "
    "daily day deal decline declined definitely did didn disagree disagreed dissatisfied distrust dk do doesn does don done eligible empty ever every fair fairly false few fortnightly "
    "full good great had happy have high how i idea in involved item know least less little local lot low mentioned missing moderate month monthly more most mostly much n na neither "
    "never nil no none nor not nothing of often once one opinion or other part participated partly per poor prefer preferred quarterly question quite rarely rather refuse refused "
    "replied reply respond responded response responses sad satisfied say seldom several slightly some sometimes somewhat sometime state stated strongly sure t tend the these this tick ticked "
    "time times to took true trust trusted twice two unable uncertain undecided unhappy unknown unsure unticked us usually valid very volunteered was week weekly well were "
    "with would year yearly years yes y f"
)
USUAL = frozenset(_USUAL.split())
_NUMBER = re.compile(r"[+-]?\d{1,9}(?:[.,]\d+)?")
_CODED = re.compile(r"[\[(]?\s*([+-]?\d{1,6})(?:[.,]0+)?\s*[\])]?\s*(?:[.:;)=\u2013\u2014-]+\s*|\s+)([^\d\s].*)")
# The last digits of a width are kept for no answer: 7, 8, 9; 77, 88, 97 to 99; 777, 888, 997 to 999, ...
_CODE = re.compile(r"[789]|6{2,}|7{2,}|8{2,}|9+[5-9]")


def words_of(cell: str) -> str:
    """Return a cell for matching words: without entities, accents, case and marks; `Don’t know` is `don t know`."""
    text = html.unescape(cell).replace("â€™", "'").replace("ß", "ss")
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode() if re.search(r"[a-zA-Z]", text) else text
    return " ".join(re.sub(r"[^\w]+|_", " ", letters.lower()).split())


def number_of(cell: str) -> float | None:
    """Return the number that a whole cell is (`9`, `9.0`, `9,0`), or None."""
    text = unicodedata.normalize("NFKC", html.unescape(cell)).strip().replace("\u2212", "-").replace("\u2013", "-").lstrip("'")
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None


def label_of(cell: str) -> tuple[float | None, str]:
    """Return the code and the words of a labelled code, such as `9 Don't know`, `9. DK`, `(99) Refused` or `-9: Not answered`."""
    text = unicodedata.normalize("NFKC", html.unescape(cell)).strip().replace("\u2212", "-")
    found = _CODED.fullmatch(text)
    return (float(found[1]), found[2].strip()) if found else (None, text)


def is_empty(cell: str) -> bool:
    """Return True for a cell that holds nothing, or a mark for nothing (`-`, `n/a`, `.`, `None`)."""
    return cell.strip().lower() in EMPTY or bool(STATA.fullmatch(cell.strip().lower()))


def says_nothing(cell: str) -> bool:
    """Return True for words of no answer, with or without a code before them."""
    return any(_SAYS_NOTHING.fullmatch(words_of(text)) for text in (cell, label_of(cell)[1]))


def does_not_know(cell: str) -> bool:
    """Return True for words of somebody who does not know, or would rather not say: they do not mean no."""
    return any(_KNOWS_NOT.match(words_of(text)) for text in (cell, label_of(cell)[1]))


@dataclass(frozen=True)
class Codes:
    """Which numbers of a column are not answers.

    Attributes:
        missing: taken for missing.
        doubtful: either an answer or a missing code; the user has to say which.
        answers: the lowest and the highest answer, None where there is none.
    """

    missing: frozenset[float] = frozenset()
    doubtful: frozenset[float] = frozenset()
    answers: tuple[float, float] | None = None


def codes_of(bare: Iterable[float], labelled: Iterable[float] = (), words: bool = False) -> Codes:
    """Return which of the numbers of a column are missing codes.

    Negative numbers are, unless they mirror the positive ones around 0 (-3 to 3). Of the others those that are written like a
    missing code (7, 8, 9, 77, 88, 95 to 99, 999, ...) are, if a gap separates them from the run of answers: 8 and 9 with 1 to 5,
    but not beside 1 to 10. 8 or 9 right at the end of the run (beside 1 to 7) is doubtful, as is a number far beyond it.

    Args:
        bare: numbers without words.
        labelled: numbers that are answers, as their words or somebody say.
        words: there are answers in words too, beside which a lone code is not an answer.
    """
    sure = set(labelled)
    every = set(bare) | sure
    mirrored, doubtful = _mirrored(every)
    missing = {n for n in every if n < 0} - mirrored - doubtful - sure
    run, beyond = _parted(sorted(every - missing - doubtful), sure)
    codes = {n for n in beyond if is_code(n)} - sure
    if not run:
        missing, doubtful = (missing | codes, doubtful) if words else (missing, doubtful | codes)
    elif set(beyond) - codes or (len(run) == 1 and not words and run[0] not in sure):
        doubtful |= set(beyond) - sure
    else:
        missing |= codes
    if run and not beyond:
        doubtful |= (_at_the_end(run) | _past_ten(run)) - sure
    answers = sorted(every - missing - doubtful)
    return Codes(frozenset(missing), frozenset(doubtful), (answers[0], answers[-1]) if answers else None)


def is_code(number: float) -> bool:
    """Return True for a number that is written like a missing code: 7, 8, 9, 77, 88, 95 to 99, 999, ..."""
    return number > 0 and number.is_integer() and bool(_CODE.fullmatch(f"{number:.0f}"))


def _mirrored(every: set[float]) -> tuple[set[float], set[float]]:
    """Return the negative numbers that belong to a scale around 0, and those that may."""
    top = max((n for n in every if n >= 0 and not is_code(n)), default=0.0)
    top = max([top, *(n for n in every if n > 0 and -n in every)])
    inner, outer = {n for n in every if -top <= n < 0}, {n for n in every if n < -top}
    if not inner or -top not in inner or not float(top).is_integer():
        return set(), set()
    whole = inner == {-float(n) for n in range(1, int(top) + 1)}
    if whole and 0.0 in every:
        return (set(), inner) if top == 1 or (top == 2 and outer) else (inner, set())
    if (whole and not outer and top > 1) or (0.0 in every and top > 2 and len(inner) > top / 2):
        return set(), inner
    return set(), set()


def _parted(numbers: list[float], sure: set[float]) -> tuple[list[float], list[float]]:
    """Return the run of answers, and what comes after the first wide gap."""
    largest = 1.0
    for n, (here, after) in enumerate(itertools.pairwise(numbers), 1):
        step = after - here
        code = is_code(after) and after not in sure
        wide = step > 1 if largest <= 1 else step > 2 * largest
        beyond = numbers[n:]
        named = any(x in sure and not is_code(x) for x in beyond)  # the scale goes on: 10 is said to be an answer
        if code and wide and not named and (n <= 12 or all(is_code(x) for x in beyond)):
            return numbers[:n], beyond
        if not code and after not in sure and step > max(10, 4 * largest):
            return numbers[:n], beyond
        largest = max(largest, step)
    return ([], numbers) if all(is_code(n) and n not in sure for n in numbers) else (numbers, [])


def _past_ten(run: list[float]) -> set[float]:
    """Return 11 (and 12) beside a whole scale of 0 to 10, where many surveys keep it for no answer."""
    return {n for n in run if n > 10} if run[:11] == [float(n) for n in range(11)] and run[-1] <= 12 else set()


def _at_the_end(run: list[float]) -> set[float]:
    """Return the codes at the very end of a run of answers; a lone 7 ends a scale of seven points."""
    last = set(itertools.takewhile(is_code, reversed(run)))
    return {n for n in last if n != 7}
