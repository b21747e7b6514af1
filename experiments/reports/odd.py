"""The ODD description of the model (Grimm and others 2020), generated from its declarations; nothing is typed twice."""

from __future__ import annotations

from scenarios.catalogue import CATALOGUE
from scenarios.evidence.facts import Fact, facts_of, ledger
from scenarios.evidence.references import references
from scenarios.scenario_template import change_words
from scenarios.structures import STRUCTURES
from simulation.declared.columns import Column
from simulation.declared.costs import PARAMETERS as COSTS
from simulation.declared.forms import FORMS, SURVEY_OF_CATEGORY
from simulation.declared.institutions import SERVICE_NAMES, SERVICES
from simulation.declared.levers import FORM_LEVERS, INSTITUTION_LEVERS
from simulation.declared.parameters import FACTOR, LOG_ODDS_STEP, STEP, Parameter, ParameterGroup
from simulation.declared.quality import LEVERS_OF_QUALITY
from simulation.declared.quality import PARAMETERS as QUALITY_PARAMETERS
from simulation.declared.segments import SEGMENTS
from simulation.measures.measure import measures_of
from simulation.month import INSTITUTION_COLUMNS, LOOPS, MONTH, RESIDENT_COLUMNS, WARD_COLUMNS
from simulation.state.ties import PARAMETERS as TIES

from ..provenance import made_by
from .shipped import VALIDATION, result
from .split_table import SPLIT_TITLE, SPLIT_WORDS, split_header, split_rows

PURPOSE = """\
The model asks why people take part in public life, or give up on it, and what would change that. It tests one claim:
apathy is not a trait. It is a function of the relationship between citizens and their public services, and it can be changed.
It compares ways of working (who is asked, how cases are handled, whether people are told what came of their input)
in a simulated place like a real one. The patterns that it must show are in the evidence ledger (`scenarios/data/facts.csv`).
Parameters are fitted to rows marked `calibrate` (`groundswell calibrate`); rows marked `validate` test the model
(`groundswell validate`)."""
QUALITY = (
    "Each kind of institution of a place has a quality and a promptness, in standard deviations between councils: 0 is average. They are set before burn-in and last. Housing is set from tenants' "
    "satisfaction where it was measured, within its error: corrected for the mode of asking, shrunk by sampling and by changes from year to year; promptness from repairs and first-stage complaints "
    "in time. All else is drawn, once for each seed and replicate: the services of a place share a part by `quality.correlation`. Over many councils it averages out. Quality moves "
    + ", ".join(f"`{name}`" for name in LEVERS_OF_QUALITY)
    + " by `quality.spread` in log-odds, promptness divides `response_months` by exp(`quality.response_spread` times it). Levers of an institution that the user states, and what service records set, stay."
)
CONCEPTS = {
    "Basic principles": "CLEAR (can do, like to, enabled to, asked to, responded to: Lowndes, Pratchett and Stoker 2006); asymmetric updating "
    "of trust; complex contagion; failure demand; foci of ties (Feld 1981).",
    "Emergence": "Levels and distribution of taking part, apathy and trust; representativeness; who is known to institutions; load.",
    "Adaptation": "Residents decide each month about what they are asked to do or think of doing; institutions learn from what they hear.",
    "Objectives": "No objective is maximised; a decision is a logit of its reasons.",
    "Learning": "Expectation, memory of one's own cases, habit, skill; institutions' knowledge and regard.",
    "Prediction": "Residents expect a level of service; their belief that taking part helps is trust times perceived influence.",
    "Sensing": "Residents sense their own cases and answers, what their ties tell them, and how many ties took part last month.",
    "Interaction": "Talk and asks along ties; queues for one institution's capacity; seats.",
    "Stochasticity": "Every draw is a pure function of seed, process, month and person (and partner, institution or case): two scenarios on one "
    "seed have the same people on the same days, except where an intervention reached somebody.",
    "Heterogeneity of institutions": "Services differ between places in quality, lastingly and not by deprivation; see *Quality of services*.",
    "Collectives": "Households, circles, community groups by ward, institutions.",
    "Observation": "Measures are taken after everything else and use no random numbers; survey questions are answered with a threshold and noise.",
}


def _table(header: list[str], rows: list[list[str]]) -> list[str]:
    lines = ["| " + " | ".join(header) + " |", "|" + " --- |" * len(header)]
    return lines + ["| " + " | ".join(cell.replace("|", "/") for cell in row) + " |" for row in rows] + [""]


def _columns(columns: tuple[Column, ...]) -> list[str]:
    shapes = {"": "", "service": "for each kind of institution", "ring": "for each of twelve months"}
    return _table(["name", "description", "held"], [[f"`{c.name}`", c.description, shapes[c.shape]] for c in columns])


def _parameters(group: ParameterGroup) -> list[str]:
    rows = [
        [
            f"`{group.prefix}.{p.name}`",
            f"{p.default:g}",
            f"{p.low:g} to {p.high:g}",
            _plausible(p),
            p.unit,
            p.description,
            p.status,
            _source(p),
        ]
        for p in group.parameters
    ]
    return _table(["parameter", "value", "allowed", "plausible", "unit", "description", "status", "source"], rows)


def _plausible(p: Parameter) -> str:
    return (
        f"{p.plausible[0]:.3g} to {p.plausible[1]:.3g}"
        if p.uncertain
        else "another theory"
        if p.structural
        else "not drawn yet"
        if p.awaits_fit
        else "-"
    )


def _source(p: Parameter) -> str:
    """Return where a value comes from, with the related facts in the ledger."""
    return p.source + "".join(f"; fact `{f.id}`" for f in facts_of(p))


def _entities() -> list[str]:
    lines = ["## 2. Entities, state variables and scales", ""]
    lines += [
        "One step is one month; a run is normally 60 months after burn-in to a steady state. Space is the ward and the small area.",
        "",
    ]
    lines += ["### Residents", "", *_columns(RESIDENT_COLUMNS)]
    lines += ["### Institutions", "", *_columns(INSTITUTION_COLUMNS)]
    lines += ["Levers of an institution, which only interventions change:", ""]
    lines += _table(["lever", "value", "unit", "description"], [
        [f"`{x.name}`", ", ".join(f"{k} {v:g}" for k, v in x.by_service.items()) or f"{x.parameter.default:g}", x.parameter.unit, x.parameter.description]
        for x in INSTITUTION_LEVERS
    ])  # fmt: skip
    lines += ["### Wards", "", *_columns(WARD_COLUMNS)]
    lines += ["### Ties", "", "Households, close ties and acquaintances; undirected.", "", *_parameters(TIES)]
    lines += ["### Value segments", ""]
    lines += _table(["segment", "share", "circles", "outcome", "recognition", "discussion", "messenger", "talk"], [
        [s.name, *(f"{v:g}" for v in (s.share, s.circles, s.outcome_weight, s.recognition_weight, s.discussion_weight, s.messenger, s.talk))]
        for s in SEGMENTS
    ])  # fmt: skip
    lines += ["### Forms of taking part", ""]
    lines += _table(["form", "counts as", "run by", "channel", "entry", "hours", "skill", *(x.name for x in FORM_LEVERS)], [
        [f.name + (" (ongoing)" if f.ongoing else ""), f.category, f.service, f.channel, f.entry, f"{f.effort:g}", f"{f.skill:g}",
         *(f"{getattr(f, x.name):g}" for x in FORM_LEVERS)]
        for f in FORMS
    ])  # fmt: skip
    lines += [f"- `{category}`: {text}." for category, text in SURVEY_OF_CATEGORY.items()] + [""]
    return lines


def _process() -> list[str]:
    lines = ["## 3. Process overview and scheduling", "", "The month, in order:", ""]
    lines += [f"{n}. **{p.title}** (`{p.name}`)" for n, p in enumerate(MONTH, 1)]
    lines += [
        "",
        "Feedback loops. Each can be cut at one link, whose receiver then gets its own mean over the last year of burn-in:",
        "",
    ]
    lines += _table(["loop", "sign", "in words", "signal that is cut", "receiver"], [
        [f"`{x.name}`", "+" if x.sign > 0 else "-", x.words, x.signal, ", ".join(steps)] for x, steps in LOOPS.items()
    ])  # fmt: skip
    lines += ["The stocks that each event feeds, each stock by one link only:", ""]
    lines += _table(["event", "feeds", "step"], [[e.event, ", ".join(e.stocks), p.title] for p in MONTH for e in p.edges])
    return lines


def _details() -> list[str]:
    lines = ["## 5. Initialisation", ""]
    lines += ["People are drawn from the place's small areas (population, deprivation) and wards (age, tenure, qualification, fitted by iterative "
              "proportional fitting), in households; each replicate redraws people and ties. Burn-in runs until the 24-month means of all stocks "
              "change by less than 0.005 or twice their sampling error; a stock that never settles is an error.", ""]  # fmt: skip
    lines += ["## 6. Input data", "", "None during the run. Interventions change levers on their schedule.", "", *_interventions()]
    lines += ["## 7. Submodels", ""]
    for n, p in enumerate(MONTH, 1):
        lines += [f"### 7.{n} {p.title}", "", p.description, ""]
        lines += [f"    {equation}" for equation in p.equations] + ([""] if p.equations else [])
        lines += [
            f"Reads: {', '.join(f'`{c}`' for c in p.reads)}.  ",
            f"Writes: {', '.join(f'`{c}`' for c in p.writes) or 'nothing'}.  ",
        ]
        lines += [f"Source: {p.source}.", ""]
        if p.parameters.parameters:
            lines += _parameters(p.parameters)
    lines += ["### Kinds of institution", ""]
    lines += _table(["kind", "new issues per resident-month", "gradient with deprivation", "by tenure", "median months to resolve"], [
        [s.name, f"{s.need_rate:g}", f"{s.deprivation_gradient:g}", ", ".join(f"{t:g}" for t in s.tenure), f"{s.response_months:g}"] for s in SERVICES
    ])  # fmt: skip
    lines += ["### Quality of services", "", QUALITY, "", *_parameters(QUALITY_PARAMETERS)]
    lines += ["### Costs", "", "Calculated from the month, without feedback: programmes as declared, per institution that runs them and per "
              "1,000 residents reached, from start to end; invitations and places beyond the usual at unit cost; contacts, open cases, asks "
              "at the counter and input as cost of service. A saving is the reduction in service costs compared with the base.", ""]  # fmt: skip
    lines += _parameters(COSTS)
    lines += ["### What is not known", "", "The value shown is the central value. Where results include parameter uncertainty, each replicate takes one of the sets that "
              "`groundswell calibrate` keeps: fitted parameters that meet the facts, and every other parameter at a keyed position in its plausible range (a factor of "
              f"{FACTOR:g} either way, of the odds for shares; {LOG_ODDS_STEP:g} for log-odds and {STEP:g} for thresholds, which may be negative; or its own where less is known). Another theory is a switch:", ""]  # fmt: skip
    lines += _table(["structure", "what it assumes", "what it sets"], [
        [f"`{s.name}`", s.description, ", ".join(f"`{k}` {v:g}" for k, v in s.parameters.items()) or "-"] for s in STRUCTURES.values()
    ])  # fmt: skip
    lines += [*_split(), "### Evidence", ""]
    lines += _table(["fact", "measure", "what is known", "band", "role", "source"], [
        [f"`{f.id}`", f.measure, f.statement, _band(f), f.role, f"{f.source} ({f.year}; {f.population})"] for f in ledger()
    ])  # fmt: skip
    lines += ["### Measures", ""]
    table = measures_of(SERVICE_NAMES)
    lines += _table(["measure", "unit", "how it is measured"], [[f"`{m.name}`", m.unit, m.description] for m in table.values()])
    return lines


def _split() -> list[str]:
    """Return what birth, experience and chance are, with the shipped numbers where they are there."""
    rows = split_rows(result(VALIDATION))
    return [
        f"### {SPLIT_TITLE}",
        "",
        *(line for text in SPLIT_WORDS for line in (text, "")),
        *(_table(split_header(), rows) if rows else []),
    ]


def _band(fact: Fact) -> str:
    if fact.low is None and fact.high is None:
        return "-"
    return (
        f"{fact.low:g} to {fact.high:g}"
        if fact.low is not None and fact.high is not None
        else f"above {fact.low:g}"
        if fact.low is not None
        else f"below {fact.high:g}"
    )


def _interventions() -> list[str]:
    lines = ["An intervention defines who is reached (institutions, wards, segments, deprivation fifths, position in the network, a share of households, listed residents), when (start, ramp, "
             "end, decay) and by what share of staff (fidelity). It also defines what changes for them: levers that are set, scaled or added to, at "
             "a dose of 0 to 1. No intervention sets an outcome directly. Several are applied in the order of their names. Sizes are judgements (`assumed`); "
             "`docs/reference/catalogue.md` has the curves.", ""]  # fmt: skip
    lines += _table(["name", "kind", "what changes", "cost once and a month (hours; pounds)", "source"], [
        [f"`{one.name}`", one.kind, "; ".join(change_words(one)),
         f"{one.cost.setup_hours:g} and {one.cost.running_hours:g}; {one.cost.setup_pounds:g} and {one.cost.running_pounds:g}", one.source]
        for one in CATALOGUE.values()
    ])  # fmt: skip
    return lines


def odd_text() -> str:
    """Return the ODD description as Markdown."""
    lines = ["## 1. Purpose and patterns", "", PURPOSE, "", *_entities(), *_process()]
    lines += ["## 4. Design concepts", "", *(f"- **{name}.** {text}" for name, text in CONCEPTS.items()), "", *_details()]
    lines += [
        "",
        "## 8. References",
        "",
        "Sources cited above.",
        "",
        *(f"- **{one.cite}**: {one}" for one in references().values()),
    ]
    body = "\n".join(lines).rstrip() + "\n"
    return f"# ODD description\n\n{made_by('groundswell odd', body)}\n\n{body}"
