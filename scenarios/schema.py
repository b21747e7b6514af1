"""Parts of the files that people write, shared by scenario and place files."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from simulation.declared.institutions import InstitutionSpec, Service
from simulation.declared.segments import Segment


def _no_truth(value: Any) -> Any:
    """Refuse yes and no, which YAML reads as truth values, where a number is needed."""
    if isinstance(value, bool):
        raise ValueError("is yes or no; a number is needed")
    return value


Plain = BeforeValidator(_no_truth)
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False), Plain]
Number = Annotated[float, Field(allow_inf_nan=False), Plain]
Positive = Annotated[float, Field(ge=0, allow_inf_nan=False), Plain]


class Strict(BaseModel):
    """A part that refuses fields it does not know."""

    model_config = ConfigDict(extra="forbid", strict=False)


class SegmentFile(Strict):
    """One value segment."""

    name: str
    share: Share
    circles: Positive = 1.0
    outcome_weight: Positive = 1.0
    recognition_weight: Positive = 1.0
    discussion_weight: Positive = 1.0
    messenger: Positive = 1.0
    talk: Positive = 1.0
    channel_fit: tuple[Number, Number, Number] = (0.0, 0.0, 0.0)

    def made(self) -> Segment:
        """Return the segment."""
        return Segment(**self.model_dump())


class InstitutionFile(Strict):
    """One institution."""

    name: str
    service: str
    wards: list[str] | None = None
    levers: dict[str, Number] = Field(default_factory=dict)

    def made(self) -> InstitutionSpec:
        """Return the institution."""
        return InstitutionSpec(self.name, self.service, tuple(self.wards) if self.wards else None, dict(self.levers))


class ServiceFile(Strict):
    """One kind of institution, under a name of its own."""

    name: str
    stands_for: str
    need_rate: Share | None = None
    deprivation_gradient: Number | None = None
    tenure: tuple[Positive, Positive, Positive] | None = None
    response_months: Annotated[float, Field(gt=0, allow_inf_nan=False), Plain] | None = None
    chase_factor: Positive | None = None
    spread_factor: Positive | None = None

    def made(self, like: Service) -> Service:
        """Return the kind of institution, with what is not given as in the one that it stands for."""
        own = {k: v for k, v in self.model_dump(exclude={"name", "stands_for"}).items() if v is not None}
        return Service(**{**vars(like), **own, "name": self.name, "stands_for": self.stands_for})
