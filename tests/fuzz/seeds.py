"""Valid inputs of every kind, small, to be damaged."""

from __future__ import annotations

import io
import json

import networkx as nx
import openpyxl

PEOPLE = 20
TIES = [(n, (n + step) % PEOPLE) for n in range(PEOPLE) for step in (1, 3)]

AREAS = "area,ward,deprivation_decile,deprivation,population\n" + "".join(
    f"A{n},{('Mill', 'Quay', 'Hill')[n // 2]},{n + 2},0.{30 - 4 * n},{1500 + 20 * n}\n" for n in range(6)
)
WARDS = (
    "ward,under_16,age_16_64,age_65_plus,owned,social_rented,private_rented\nMill,0.25,0.67,0.08,0.25,0.5,0.25\n"
    "Quay,0.2,0.7,0.1,0.4,0.3,0.3\nHill,0.16,0.7,0.14,0.65,0.1,0.25\n"
)
PLACE = (
    "name: smallton\ntitle: Smallton\nsmall_areas: areas.csv\nwards: wards.csv\naliases: [little, tiny]\ncouncils: 1\n"
    "columns:\n  small_areas: {area: area}\nparameters: {needs.chase: 0.3}\nranges: {needs.chase: [0.1, 0.4]}\nties: ties.csv\ntie_kind: close\n"
    "segments: [{name: A, share: 0.25}, {name: B, share: 0.75, circles: 2, channel_fit: [0.1, 0, 0]}]\nknown: {survey: 'of 2023'}\nnotes: [made up]\n"
)
SCENARIO = (
    "name: mine\nplace: haringey\npopulation: 400\nparameters: {needs.chase: 0.3, council.courtesy: 0.9}\nloops_off: [fatigue]\nburn_in: 12\n"
    "segments: [{name: A, share: 0.25}, {name: B, share: 0.75, circles: 2}]\ninterventions:\n  - name: closing-the-loop\n    dose: 0.5\n    wards: [Highgate]\n"
    "    start: 3\n    ramp: 2\n  - name: my-own\n    changes: {courtesy: {to: 0.95}, invitations: {scale: 2, forms: [ward-panel]}}\n    cost: {running_hours: 3}\n"
)
STUDY = (
    "name: s\nplace: haringey\npopulation: 300\nmonths: 12\nseed: 1\nreplicates: 2\nlevers:\n  - {dose: closing-the-loop, low: 0, high: 1}\n"
    "  - {start: more-consultation, values: [1, 6]}\nuncertainties:\n  - {parameter: experience.asymmetry, low: 2.0, high: 4.0}\n"
    "design: {kind: latin-hypercube, points: 4}\nmeasures: [participation, trust, cost]\nat: [6]\nbudget: {runs: 100, minutes: 3}\n"
    "objectives: [maximise participation, minimise cost]\nfails: participation < 0.2\n"
)
TARGETS = (
    "id,measure,value,low,high,role,source\na,participation,0.6,0.5,0.7,calibrate,made up\nb,trust,0.5,0.4,0.6,check,made up\n"
)
SETS = "set,experience.asymmetry,needs.chase\n" + "".join(f"{n},{2 + n / 10},{0.1 + n / 100}\n" for n in range(8))
SURVEY = "respondent,trust,Q7 influence local decisions,weight,segment,ward\n" + "".join(
    f"{n},{n % 5 + 1},{('Tend to agree', 'Tend to disagree', 'DK')[n % 3]},{1 + n % 4 / 10},{'AB'[n % 2]},Mill\n" for n in range(40)
)
RECORDS = "opened,closed,status,agency\n" + "".join(
    f"2023-01-{1 + n % 28:02d} 10:00,{f'2023-02-{1 + n % 28:02d} 09:30' if n % 5 else ''},{'closed' if n % 5 else 'open'},Parks\n"
    for n in range(40)
)
_REQUESTS = [
    {"service_request_id": str(n), "status": "closed", "requested_datetime": f"2023-01-{1 + n:02d}T10:00:00Z", "updated_datetime": f"2023-02-{1 + n:02d}T10:00:00Z",
     "agency_responsible": "Voirie été"} for n in range(12)
]  # fmt: skip
JSON = {
    "list": json.dumps(_REQUESTS),
    "wrapped": json.dumps({"meta": {"pages": [1, 2]}, "service_requests": _REQUESTS}, indent=1, ensure_ascii=False),
    "features": json.dumps({"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": None, "properties": r} for r in _REQUESTS]}),
    "lines": "\n".join(map(json.dumps, _REQUESTS)),
    "columns": json.dumps({key: {str(n): r[key] for n, r in enumerate(_REQUESTS)} for key in _REQUESTS[0]}),
    "split": json.dumps({"columns": list(_REQUESTS[0]), "data": [list(r.values()) for r in _REQUESTS]}),
}  # fmt: skip


def _graph() -> nx.Graph:
    graph = nx.Graph()
    graph.add_edges_from((f"p{a}", f"p{b}", {"weight": 1.5, "kind": "close"}) for a, b in TIES)
    return graph


def _written(write: str) -> str:
    buffer = io.BytesIO()
    getattr(nx, write)(_graph(), buffer)
    return buffer.getvalue().decode()


def networks() -> dict[str, str]:
    """Return one network in each form, by the name of its file."""
    graph = _graph()
    numbered = [(a + 1, b + 1) for a, b in TIES]
    matrix = nx.to_numpy_array(graph).astype(int)
    return {
        "list.csv": "from,to,weight\n" + "".join(f"{a},{b},1\n" for a, b in TIES),
        "list.txt": "".join(f"{a} {b}\n" for a, b in TIES),
        "matrix.csv": "\n".join(",".join(map(str, row)) for row in matrix.tolist()) + "\n",
        "ties.graphml": "\n".join(nx.generate_graphml(graph)),
        "ties.gexf": "\n".join(nx.generate_gexf(graph)),
        "ties.gml": "\n".join(nx.generate_gml(graph)),
        "ties.net": f"*Vertices {PEOPLE}\n" + "".join(f'{n + 1} "p{n}"\n' for n in range(PEOPLE)) + "*Edges\n" + "".join(f"{a} {b} 1.0\n" for a, b in numbered),
        "pajek.txt": f"*Vertices {PEOPLE}\n*Matrix\n" + "\n".join(" ".join(map(str, row)) for row in matrix.tolist()) + "\n",
        "ties.mtx": f"%%MatrixMarket matrix coordinate pattern symmetric\n{PEOPLE} {PEOPLE} {len(TIES)}\n" + "".join(f"{max(e)} {min(e)}\n" for e in numbered),
        "ties.adjlist": "\n".join(nx.generate_adjlist(graph)) + "\n",
        "ties.edgelist": _written("write_edgelist"),
    }  # fmt: skip


def book(*tables: str) -> bytes:
    """Return a workbook with CSV texts on its sheets, a percentage, a formula's place and a merged cell among them."""
    made = openpyxl.Workbook()
    for number, text in enumerate(tables):
        page = made.active if number == 0 else made.create_sheet(f"Sheet {number + 1}")
        for row in text.splitlines():
            page.append([float(cell) if cell.replace(".", "", 1).isdigit() else cell for cell in row.split(",")])
        page["C2"].number_format = "0.0%"
        page.column_dimensions["B"].width = 20
        page.merge_cells("H1:H2")
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()
