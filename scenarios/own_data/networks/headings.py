"""Column names in lists of ties: which two name the ends, which says who is tied, and which only number the lines."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..tables.table_file import normal

# Two words for the two ends; names may be around them: `from_id`, `Source Node`, `person_a`, `hh1`.
PAIRS = (
    ("from", "to"), ("source", "target"), ("ego", "alter"), ("sender", "receiver"), ("sender", "recipient"), ("tail", "head"), ("src", "dst"),
    ("src", "tgt"), ("src", "dest"), ("nominator", "nominee"), ("chooser", "chosen"), ("giver", "receiver"), ("giver", "taker"),
    ("caller", "callee"), ("follower", "followed"), ("follower", "followee"), ("origin", "destination"), ("start", "end"), ("left", "right"),
    ("row", "col"), ("row", "column"), ("out", "in"), ("parent", "child"), ("initiator", "responder"), ("one", "other"), ("self", "other"),
    ("first", "second"), ("origen", "destino"), ("desde", "hasta"), ("origem", "destino"), ("de", "para"), ("de", "a"), ("de", "vers"),
    ("origine", "destination"), ("origine", "destinazione"), ("source", "cible"), ("depart", "arrivee"), ("da", "a"), ("von", "nach"),
    ("von", "zu"), ("quelle", "ziel"), ("i", "j"), ("a", "b"), ("u", "v"), ("1", "2"), ("x", "y"), ("p", "q"), ("0", "1"),
)  # fmt: skip
NEEDS_STEM = {("1", "2"), ("0", "1"), ("x", "y")}  # `id1, id2` are ends, `1, 2` and coordinates are none
LOOSE = {
    ("one", "other"),
    ("self", "other"),
    ("first", "second"),
    ("start", "end"),
    ("left", "right"),
    ("out", "in"),
    ("parent", "child"),
}
# What people are called in names of columns: `id1`, `hh_a`, `from node id`.
_PERSON = (
    "id ids node nodes vertex vertices v n p e x var hh household hhid person persons people individual ind indiv actor agent user member resident "
    "respondent participant student pupil name names number no num nr code key label pid uid nid idx index rid sid case player subject villager "
    "adult dyad end unit of the tie edge link hh point nodo persona personne noeud knoten nome nombre nom"
)
PERSON = frozenset(_PERSON.split())
_ATTRIBUTE = (
    "age sex gender ward area date time day year month wave lat lon long latitude longitude type group class role weight distance degree score village income race "
    "ethnicity education size status question answer"
)
ATTRIBUTE = frozenset(_ATTRIBUTE.split())
# One end named so, the other so.
ONE_END = {"ego", "from", "source", "respondent", "nominator", "sender", "person", "resident", "individual", "member", "giver", "actor", "user", "participant",
           "student", "pupil", "name", "id", "focal", "i", "interviewee"}  # fmt: skip
OTHER_END = {"alter", "to", "target", "friend", "friends", "contact", "nominee", "receiver", "neighbour", "neighbor", "partner", "other", "peer", "knows", "acquaintance",
             "confidant", "connection", "nominated", "named", "j", "friend of", "linked to", "tied to"}  # fmt: skip
INDEX = {"", "index", "rowname", "rownames", "row name", "row names", "row number", "rowid", "row id", "row", "line", "line number", "edge id", "edgeid",
         "tie id", "link id", "linkid", "dyad id", "pair id", "objectid", "object id", "fid", "s no", "sno", "serial", "serial number", "record", "record id",
         "obs"}  # fmt: skip
TIED = ("tie", "ties", "tied", "link", "links", "linked", "edge", "edges", "connected", "connection", "connections", "adjacency", "adjacent", "adj", "relation", "relationship",
        "friends", "friendship", "are friends", "is friend", "present", "has tie", "is tie", "is tied", "has link", "is linked", "is edge", "has edge", "tie present",
        "tie exists", "exists", "contact", "contacted", "in contact", "in touch", "still in contact", "still in touch", "has contact", "active", "is active", "active tie", "current", "is current",
        "still active", "still friends", "still tied", "know", "knows", "know each other", "acquainted", "know one another", "valid", "friend", "met", "meet",
        "talk", "talks", "speak", "speaks")  # fmt: skip
SIGN = ("sign", "signed", "tie sign", "edge sign", "link sign", "valence", "polarity", "sentiment")  # a minus is not a tie
WEIGHT = ("weight", "weights", "wt", "w", "value", "values", "val", "strength", "tie strength", "tie weight", "tie value", "link weight", "edge weight", "edge value",
          "link strength", "link value", "freq", "frequency", "count", "counts", "contacts", "number of contacts", "n contacts", "interactions", "number of interactions",
          "calls", "messages", "visits", "meetings", "minutes", "hours", "emails", "texts", "conversations", "encounters", "times met", "intensity", "closeness", "n ties", "number of ties", "peso", "valor", "poids", "valeur", "gewicht", "wert")  # fmt: skip
_GLUED = re.compile(r"^(from|to|source|target|ego|alter|sender|receiver|tail|head|node|person|user)(id|node|name|no|nr)\b")
# Yes/no questions about ties and pairs of people: they do not say whether there is a tie.
_OF_TIES = (
    "same shared both sex gender female male kin kinship relative relatives related family household spouse married sibling mutual reciprocal reciprocated directed "
    "undirected symmetric loop self mobile online wave round year panel period phase time"
)
OF_TIES = frozenset(_OF_TIES.split())
# Words where a yes means that two people are not tied, or no longer.
_OVER = "ended ends inactive former past deleted removed broken dissolved lapsed lost over not no never stopped expired estranged closed cancelled invalid"
OVER = frozenset(_OVER.split())
# Headings of a sheet of ties, as opposed to sheets of people.
HEADINGS = re.compile(
    "|".join(rf"^{word}(?: ?(?:id|node|name|person))?$" for pair in PAIRS for word in pair if len(word) > 2)
    + r"|^(?:to|vertex ?[12]|node ?[12]|id ?[12])$"
)


def words_of(name: str) -> list[str]:
    """Return the words of a name of a column, numbers apart from letters: `FromNodeID_2` is from, node, id, 2."""
    return re.sub(r"(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])", " ", _GLUED.sub(r"\1 \2", normal(name))).split()


def named_ends(names: Sequence[str]) -> list[tuple[int, int]]:
    """Return pairs of columns whose names are those of two ends, the likeliest first.

    The words around must be the same on both sides, and speak of people before anything else: `from_id, to_id`, not `from_age, to_age`.
    """
    words = [words_of(name) for name in names]
    found = []
    for rank, (one, other) in enumerate(PAIRS):
        sides = [_stems(words, side) for side in (one, other)]
        for stem in sides[0]:
            if stem in sides[1] and not (stem == () and (one, other) in NEEDS_STEM) and sides[0][stem] != sides[1][stem]:
                strange = _strangeness(stem, (one, other))
                if strange < 3 and not _goes_on(words, stem, other):
                    found.append((strange, rank, "name" in stem, sides[0][stem], sides[1][stem]))
    first, second = ([n for n, w in enumerate(words) if " ".join(_bare(w)) in known] for known in (ONE_END, OTHER_END))
    if len(first) == 1 and len(second) == 1 and first != second:
        found.append((2, len(PAIRS), False, first[0], second[0]))
    return list(dict.fromkeys((a, b) for *_, a, b in sorted(found)))


def _stems(words: list[list[str]], side: str) -> dict[tuple[str, ...], int]:
    """Return the column by the words around a side word."""
    found: dict[tuple[str, ...], int] = {}
    for n, parts in enumerate(words):
        for at in range(len(parts)):
            if parts[at] == side:
                found.setdefault(tuple(parts[:at] + parts[at + 1 :]), n)
    return found


def _strangeness(stem: tuple[str, ...], pair: tuple[str, str]) -> int:
    """Return 0 for ends by name, 1 where names of people are around, 2 for other words, 3 for what is none."""
    if not stem:
        return 1 if pair in LOOSE else 0
    if set(stem) <= PERSON:
        return 1
    doubtful = pair in NEEDS_STEM or pair in LOOSE or set(stem) & ATTRIBUTE
    return 3 if doubtful else 2


def _goes_on(words: list[list[str]], stem: tuple[str, ...], last: str) -> bool:
    """Return whether columns are numbered on, `name1, name2, name3`, as where each line holds somebody's friends; `V1` to `V4` may be R's names of ends and weights."""
    if not last.isdigit():
        return False
    allowed = 4 if stem in (("v",), ("x",), ("var",)) else int(last)
    return [*stem, str(allowed + 1)] in words


def _bare(words: list[str]) -> list[str]:
    rest = [w for w in words if w not in ("id", "ids", "name", "no", "number", "code")]
    return rest or words[:1]


def is_index(name: str) -> bool:
    """Return whether a column is one of row numbers or numbers of ties by its name."""
    plain = normal(name)
    return plain in INDEX or re.fullmatch(r"unnamed(?: \d+)?(?: level \d+)?", plain) is not None


def says_tied(name: str) -> int | None:
    """Return how clearly a column says who is tied by its name, 0 the clearest; None for no."""
    plain = " ".join(w for w in normal(name).split() if w not in ("the", "of", "sum", "total", "mean", "avg"))
    return 0 if plain in TIED or plain in SIGN else 1 if plain in WEIGHT else None


def is_sign(name: str) -> bool:
    """Return whether a column holds signs of ties by its name, of which a minus is not a tie."""
    return normal(name) in SIGN


def describes_ties(name: str) -> bool:
    """Return whether a yes/no column describes existing ties, by its name: kin, same street, mutual."""
    return bool(set(words_of(name)) & OF_TIES)


def says_over(name: str) -> bool:
    """Return whether a yes in a column says that a tie is none, by its name: ended, inactive, not friends."""
    return bool(set(words_of(name)) & OVER)
