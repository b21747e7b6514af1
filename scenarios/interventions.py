"""The catalogue: what can be tried, as declarations. Adding one is one row here; nothing else changes."""

from __future__ import annotations

from simulation.interventions import Change, Delivery, Intervention

# fmt: off
_ALL: tuple[Intervention, ...] = (
    Intervention(
        "closing-the-loop",
        "'You said, we did': nearly every participant is told, and soon, what became of the input.",
        (Change("input_feedback", to=0.90), Change("feedback_months", to=2.0)),
        source="seeds 000, 004",
    ),
    Intervention(
        "front-line-engagement",
        "Every service contact is engagement: staff are courteous, tell callers what happens to their case, and ask those whose "
        "issue was just resolved to take part; customer service and engagement come together.",
        (Change("courtesy", to=0.92), Change("case_feedback", to=0.85), Change("ask_when_resolved", to=0.35),
         Change("ask_when_unresolved", to=0.0), Change("separation", to=0.25)),
        source="seeds 000, 001",
    ),
    Intervention(
        "more-consultation",
        "The same formal consultation, twice as much of it; nothing else changes.",
        (Change("invitations", scale=2.0, forms=("consultation-response", "public-meeting")),),
        source="seed 001 (the control that should not work alone)",
    ),
    Intervention(
        "restructuring",
        "A reorganisation: over six months contact books, local knowledge and working relationships are lost, capacity dips, and "
        "callers end in wrong queues until things settle.",
        (Change("contact_book_loss", to=0.15), Change("knowledge_loss", to=0.08), Change("relationship_loss", to=0.08),
         Change("capacity", scale=0.75), Change("misrouting", add=0.25)),
        Delivery(start=1, end=6, decay=12),
        kind="shock",
        source="seed 004",
    ),
)
# fmt: on
CATALOGUE: dict[str, Intervention] = {one.name: one for one in _ALL}
