"""Groups answer their own: volunteers hear from their group what came of their help, or not."""

from __future__ import annotations

from ..declared.columns import Column
from ..declared.parameters import Parameter, ParameterGroup
from ..kernels.kernel import njit
from ..kernels.randomness import uniform
from ..world import World
from .closing_the_loop import ANSWERED, CHANGED, SILENT
from .process import Edge, Process

# fmt: off
COLUMNS = (
    Column("thanked", "f4", "responded to as a volunteer: what the group made of one's help, 0..1, 0.5 = no experience", start=0.5, stock=True),
    Column("thanked_mean", "f4", "closing the loop: what the group made of one's help", start=0.5, mean_of="thanked"),
)
PARAMETERS = ParameterGroup("recognition", (
    Parameter("answer", 0.6, 0, 1, "probability a month", "a group tells an active volunteer what came of their help", awaits_fit=True),
    Parameter("gain", 0.08, 0, 1, "share a month", "feeling of being responded to gained on hearing it", awaits_fit=True),
    Parameter("loss", 0.06, 0, 1, "share a month", "the same, lost in a month without a word", awaits_fit=True),
    Parameter("spill", 0.05, 0, 1, "share", "part of what an institution's answer or silence changes that carries over to groups", source="judgement: people tell the council from their club", awaits_fit=True),
    Parameter("pull", 0.03, 0, 1, "share a month", "what came of one's help is forgotten", awaits_fit=True),
))
RecognitionValues = PARAMETERS.values_type("RecognitionValues", __name__)
# fmt: on


@njit(cache=True)
def thank(p, loop, stream, person_id, months, came, thanked):
    """Let groups answer those who helped this month; `months` has a bit for each month of volunteering, this one lowest."""
    for i in range(person_id.size):
        now = float(thanked[i])
        if months[i] & 1:
            if uniform(stream, person_id[i]) < p.answer:
                now += p.gain * (1.0 - now)
            else:
                now -= p.loss * now
        if came[i] == CHANGED:
            now += p.spill * loop.changed_gain * (1.0 - now)
        elif came[i] == ANSWERED:
            now += p.spill * loop.answered_gain * (1.0 - now)
        elif came[i] == SILENT:
            now -= p.spill * loop.silence_loss * now
        thanked[i] = now + p.pull * (0.5 - now)


def step(model: World) -> None:
    """Answer volunteers."""
    if not model.values["deciding"].own_answers:
        return
    r = model.residents
    (stream,) = model.streams("recognition: answer")
    thank(
        model.values["recognition"],
        model.values["closing_the_loop"],
        stream,
        r.person_id,
        r.months_volunteering,
        model.scratch.answered,
        r.thanked,
    )


PROCESS = Process(
    name="recognition",
    title="Groups answer their own",
    description=(
        "Volunteers hear from their group what came of their help, or hear nothing. What institutions answer to input given to them "
        "is another matter, one for all of them, of which only a little carries over to groups. In the structure `trait` nobody tells the two apart, and this "
        "step does nothing."
    ),
    equations=(
        "told by the group: H += gain (1 - H); a month of help without a word: H -= loss H; H += pull (0.5 - H)",
        "an institution's answer moves H by the share spill of what it moves R",
    ),
    reads=("person_id", "months_volunteering"),
    writes=("thanked",),
    columns=COLUMNS,
    parameters=PARAMETERS,
    values_type=RecognitionValues,
    step=step,
    edges=(Edge("a month of volunteering, with or without a word from the group", ("thanked",)),),
    source="judgement; Mohan and Bulloch 2012 (that volunteers stay where they are valued)",
)  # fmt: skip
