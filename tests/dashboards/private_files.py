"""Files as people upload them, good and bad, each with values in it that point to a person and may be found nowhere afterwards."""

from __future__ import annotations

import io
import itertools
import json
import random
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

import openpyxl
from openpyxl.comments import Comment

WARDS = ("Mill", "Quay", "Hill")
Files = dict[str, tuple[str, bytes]]  # by kind: name and content


PRIVATE = rb"quillfeather|zq\d{5}@|07700 ?9\d{5}|zq\d\d ?\dzx|\d\d/0\d/18\d\d"  # what every private value below holds


@dataclass
class Planted:
    """Makes files with private values that stand nowhere else."""

    lot: random.Random
    number: int = 0

    def person(self) -> dict[str, str]:
        """Return one person's private values."""
        self.number += 1
        n = self.number
        return {
            "Full name": f"Zebedee Quillfeather{n:05d}",
            "E-mail": f"zq{n:05d}@quill.example",
            "Phone": f"07700 9{n:05d}",
            "Postcode": f"ZQ{n % 90 + 10} {n % 10}ZX",
            "Date of birth": f"{n % 28 + 1:02d}/0{n % 9 + 1}/18{n % 90 + 10}",
            "Comments": f"the quillfeather{n:05d} next door",
            "Address": f"{n} Quillfeather{n:05d} Street",
        }

    def marker(self) -> str:
        """Return one private word."""
        return self.person()["Full name"]


def csv(rows: list[dict[str, str]], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    lines = [delimiter.join(rows[0]), *(delimiter.join(str(v) for v in row.values()) for row in rows)]
    return "\n".join(lines).encode(encoding)


def areas(planted: Planted | None = None) -> bytes:
    rows = [
        {"area": f"A{n}", "ward": WARDS[n // 2], "deprivation_decile": (1, 2, 4, 6, 9, 10)[n], "population": 1500 + 50 * n}
        | ({"Contact name": planted.marker(), "Email": planted.person()["E-mail"]} if planted else {})
        for n in range(6)
    ]
    return csv(rows)


def respondents(planted: Planted, number: int = 60) -> list[dict[str, str]]:
    lot = planted.lot
    return [
        planted.person()
        | {
            "ward": lot.choice(WARDS),
            "trust": lot.choice(("A great deal", "Not at all")),
            "participation": lot.choice(("yes", "no")),
        }
        for _ in range(number)
    ]


def workbook(planted: Planted, rows: list[dict[str, str]]) -> bytes:
    """Return an Excel file with more people on a hidden sheet, in its properties and in a note."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Answers"
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append(list(row.values()))
    sheet["A2"].comment = Comment(planted.marker(), planted.marker())
    hidden = book.create_sheet("Contacts")
    hidden.sheet_state = "hidden"
    for _ in range(5):
        hidden.append(list(planted.person().values()))
    book.properties.creator = book.properties.lastModifiedBy = planted.marker()
    book.properties.description = planted.marker()
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def cases(planted: Planted, number: int = 80) -> list[dict[str, str]]:
    return [
        {
            "case_id": str(n),
            "created": f"2023-{n % 12 + 1:02d}-03",
            "closed": f"2023-{n % 12 + 1:02d}-{n % 20 + 4:02d}",
            "status": "Closed",
            "agency": "Housing",
            "reported by": planted.marker(),
            "address": planted.person()["Address"],
            "description": planted.person()["Comments"],
        }
        for n in range(number)
    ]


def _survey(p: Planted) -> Files:
    return {"small_areas": ("areas.csv", areas(p)), "survey": ("s.csv", csv(respondents(p)))}


def _survey_latin(p: Planted) -> Files:
    rows = [{**row, "Full name": row["Full name"] + " Née"} for row in respondents(p)]
    return {"small_areas": ("areas.csv", areas()), "survey": ("s.csv", csv(rows, "latin-1", ";"))}


def _survey_excel(p: Planted) -> Files:
    return {"small_areas": ("areas.csv", areas()), "survey": ("s.xlsx", workbook(p, respondents(p)))}


def _records(p: Planted) -> Files:
    return {"small_areas": ("areas.csv", areas()), "records": ("r.csv", csv(cases(p)))}


def _records_json(p: Planted) -> Files:
    requests = [
        {
            "service_request_id": row["case_id"],
            "requested_datetime": row["created"] + "T10:00:00Z",
            "updated_datetime": row["closed"] + "T10:00:00Z",
            "status": "closed",
            "agency_responsible": "Housing",
            "address": row["address"],
            "description": row["description"],
            "first_name": p.marker(),
            "account": {"email": p.person()["E-mail"]},
        }
        for row in cases(p)
    ]
    return {"small_areas": ("areas.csv", areas()), "records": ("r.json", json.dumps(requests).encode())}


def _ties(p: Planted) -> Files:
    people = [p.marker() for _ in range(20)]
    ends = [{"from": a, "to": b} for a, b in zip(people, people[1:] + people[:1], strict=True)]
    return {"small_areas": ("areas.csv", areas()), "ties": ("t.csv", csv(ends))}


def _graph(p: Planted) -> Files:
    people = [p.marker() for _ in range(12)]
    nodes = "".join(f'<node id="{one}"><data key="n">{p.marker()}</data></node>' for one in people)
    edges = "".join(f'<edge source="{a}" target="{b}"/>' for a, b in itertools.pairwise(people))
    text = f'<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><key id="n" for="node" attr.name="name" attr.type="string"/><graph edgedefault="undirected">{nodes}{edges}</graph></graphml>'
    return {"small_areas": ("areas.csv", areas()), "ties": ("t.graphml", text.encode())}


def _matrix(p: Planted) -> Files:
    """Return everybody's ties to everybody, with people's names above and before them."""
    people = [p.marker() for _ in range(12)]
    rows = [{"": one} | {other: str(int(abs(n - m) in (1, 11))) for m, other in enumerate(people)} for n, one in enumerate(people)]
    return {"small_areas": ("areas.csv", areas()), "ties": ("t.csv", csv(rows))}


def _pajek(p: Planted) -> Files:
    people = [p.marker() for _ in range(12)]
    lines = [f"*Vertices {len(people)}", *(f'{n} "{one}"' for n, one in enumerate(people, 1)), "*Edges"]
    lines += [f"{n} {n % 12 + 1}" for n in range(1, 13)]
    return {"small_areas": ("areas.csv", areas()), "ties": ("t.net", "\n".join(lines).encode())}


def _records_lines(p: Planted) -> Files:
    lines = [json.dumps({**row, "address": p.person()["Address"]}) for row in cases(p)]
    return {"small_areas": ("areas.csv", areas()), "records": ("r.jsonl", "\n".join(lines).encode())}


def _everything(p: Planted) -> Files:
    return _survey_excel(p) | {"records": _records(p)["records"], "ties": _ties(p)["ties"], "small_areas": ("areas.csv", areas(p))}


def _broken_workbook(p: Planted) -> Files:
    return {"small_areas": ("areas.csv", areas()), "survey": ("s.xlsx", workbook(p, respondents(p))[:-400])}


def _no_workbook(p: Planted) -> Files:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        packed.writestr("xl/people.xml", p.marker())
    return {"small_areas": ("areas.xlsx", buffer.getvalue())}


def _needed(p: Planted) -> Files:
    rows = [{"ward": p.person()["E-mail"], "population": 1000 + n} for n in range(8)]
    return {"wards": ("w.csv", csv(rows))}


def _not_understood(p: Planted) -> Files:
    rows = [{"trust": p.marker(), "ward": "Mill"} for _ in range(30)]
    return {"small_areas": ("areas.csv", areas()), "survey": ("s.csv", csv(rows))}


def _no_header(p: Planted) -> Files:
    body = "\n".join(",".join(p.person().values()) for _ in range(20))
    return {"small_areas": ("areas.csv", areas()), "survey": ("s.csv", body.encode())}


def _wrong_kind(p: Planted) -> Files:
    return {"small_areas": ("s.csv", csv(respondents(p)))}


def _open_quote(p: Planted) -> Files:
    return {"small_areas": ("areas.csv", areas()), "survey": ("s.csv", csv(respondents(p)) + b'\n"' + p.marker().encode())}


def _no_text(p: Planted) -> Files:
    return {"small_areas": ("areas.csv", p.marker().encode() + b"\0\1\2" + p.marker().encode())}


def _bad_records(p: Planted) -> Files:
    return {"small_areas": ("areas.csv", areas()), "records": ("r.json", b'[{"address": "' + p.marker().encode() + b'", ')}


def _not_marked_up(p: Planted) -> Files:
    return {"small_areas": ("areas.csv", areas()), "ties": ("t.graphml", b"<graphml><node id='" + p.marker().encode())}


GOOD: tuple[Callable[[Planted], Files], ...] = (
    _survey,
    _survey_latin,
    _survey_excel,
    _records,
    _records_json,
    _records_lines,
    _ties,
    _matrix,
    _pajek,
    _graph,
    _everything,
)
BAD: tuple[Callable[[Planted], Files], ...] = (
    _broken_workbook,
    _no_workbook,
    _needed,
    _not_understood,
    _no_header,
    _wrong_kind,
    _open_quote,
    _no_text,
    _bad_records,
    _not_marked_up,
)
