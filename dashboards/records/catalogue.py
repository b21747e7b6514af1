"""What the server sends of all that there is to choose from, and of what is known of it."""

from __future__ import annotations

from typing import NotRequired

from typing_extensions import TypedDict

from experiments.serving.record import Document, Number, open_record, record


@record
class CostShown(TypedDict):
    """What an intervention takes at full dose; `low` and `high` are factors within which that may be wrong."""

    setup_hours: float
    setup_pounds: float
    running_hours: float
    running_pounds: float
    low: float
    high: float
    status: str
    source: str


@record
class ChangeShown(TypedDict):
    """How an intervention moves a lever."""

    lever: str
    add: float
    scale: float
    to: Number
    forms: list[str]
    months: int | None
    unit: str
    low: float
    high: float
    description: str
    status: str
    source: str


@record
class DeliveryShown(TypedDict, total=False):
    """When, how well and to whom an intervention is delivered; months from 1."""

    start: int
    ramp: int
    end: int
    decay: int
    fidelity: float
    institutions: list[str]
    wards: list[str]
    segments: list[str]
    deprivation_fifths: list[int]
    network: list[str]
    persons: list[int]
    households: float
    members: str


@record
class InterventionShown(TypedDict):
    """An intervention of the catalogue."""

    name: str
    description: str
    kind: str
    source: str
    status: str
    cost: CostShown | None
    interplay: str
    excludes: list[str]
    changes: list[ChangeShown]
    delivery: DeliveryShown


@record
class PackageShown(TypedDict):
    """A shipped scenario; `tried` is None where it cannot be taken apart."""

    name: str
    description: str
    tried: list[Document] | None


@record
class PlaceListed(TypedDict):
    """A place to choose."""

    name: str
    title: str
    kind: str
    region: str


@record
class MeasureShown(TypedDict):
    """A measure: `better` is 1 where more is better, -1 where less is, 0 where neither."""

    name: str
    label: str
    unit: str
    description: str
    better: int
    grouped: bool


@record
class SegmentShown(TypedDict):
    """A segment of residents and its share, 0 to 1."""

    name: str
    share: float


@record
class LoopShown(TypedDict):
    """A feedback loop; `sign` is 1 where it reinforces and -1 where it balances."""

    name: str
    sign: int
    words: str


@record
class Catalogue(TypedDict):
    """Everything that a page chooses from."""

    interventions: list[InterventionShown]
    scenarios: list[PackageShown]
    places: list[PlaceListed]
    measures: list[MeasureShown]
    headlines: list[str]
    shown_first: list[str]
    groupings: list[str]
    aims: list[str]
    segments: list[SegmentShown]
    institutions: list[str]
    network: list[str]
    loops: list[LoopShown]
    ranges: dict[str, tuple[int, int]]
    defaults: dict[str, int]
    most: dict[str, int]
    first: dict[str, int]
    endings: dict[str, list[str]]
    regions: list[str]


@record
class FactShown(TypedDict):
    """A fact that the model is held to."""

    name: str
    kind: str
    description: str
    unit: str
    range: str
    value: Number
    low: Number
    high: Number
    population: str
    year: str
    source: str
    status: str


@record
class FactChecked(TypedDict):
    """How the model stands to a fact."""

    id: str
    measure: str
    role: str
    value: Number
    low: Number
    high: Number
    verdict: str | None
    known_miss: str | None
    value_low: NotRequired[Number]
    value_high: NotRequired[Number]
    how: NotRequired[str]


@open_record
class Validation(TypedDict):
    """The validation that is shipped. It is open: the page reads what is named here."""

    facts: list[FactChecked]
    place: str
    population: int
    worlds: int


@record
class ParameterFact(TypedDict):
    """A fact that a number of the model rests on."""

    id: str
    statement: str
    source: str
    role: str


@record
class ParameterShown(TypedDict):
    """A number of the model."""

    name: str
    default: float | str | bool
    range: str
    plausible: str
    unit: str
    status: str
    description: str
    source: str
    facts: list[ParameterFact]


@record
class LeverShown(TypedDict):
    """A lever that interventions move."""

    name: str
    unit: str
    low: float
    high: float
    description: str
    status: str
    source: str
    facts: list[str]


@record
class Evidence(TypedDict):
    """Facts, validation, numbers and limits."""

    facts: list[FactShown]
    validation: Validation
    parameters: list[ParameterShown]
    limits: list[str]
    levers: list[LeverShown]


@record
class OwnKept(TypedDict):
    """How long an own place is kept: its last day, and the days after each use."""

    until: str
    days: int


@record
class PlaceTable(TypedDict):
    """A table of what is known of a place."""

    title: str
    header: list[str]
    rows: list[list[str]]
    notes: list[str]


@record
class PlaceCard(TypedDict):
    """What a page shows of a place."""

    name: str
    title: str
    adults: float
    wards: list[str]
    synthetic_wards: bool
    segments: list[str]
    institutions: list[str]
    deprivation_index: str
    own: OwnKept | None
    attribution: str
    notes: list[str]
    known: dict[str, str]
    imputed: list[str]
    tables: list[PlaceTable]


@record
class OwnListed(TypedDict):
    """An own place that is still there, and its last day."""

    place: str
    title: str
    until: str


@record
class OwnPlaces(TypedDict):
    """The own places that a browser asked about; the most bytes of a file that may be brought."""

    days: int
    most: int
    places: list[OwnListed]


@record
class Uploaded(TypedDict):
    """The name under which the files of a place are held."""

    place: str
