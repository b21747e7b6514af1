"""Reading what somebody brings as a place: what it unpacks to is looked at first, then tables are read and the model is fitted to them."""

from __future__ import annotations

import errno
import io
import logging
import secrets
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from experiments.evidence.own_data import improve
from experiments.evidence.place_request import PlaceRequest
from experiments.evidence.placement import read
from scenarios.advice import advising
from scenarios.own_data.tables.file_errors import where_of
from scenarios.places.place_template import place_files
from simulation.declared.parameters import InputError

from ..safeguards.private import in_memory
from ..texts import string
from .page_words import PageAdvice

MOST_UNPACKED = 100_000_000  # bytes of all that is packed in one file
MOST_PARTS = 2_000  # files that are packed in one
# What is said where memory is refused.
LACKS = ("annot allocate memory", "nable to allocate", "out of memory", "bad_alloc", "can't start new thread")
NEAR = 16 * 2**20  # bytes below its bound at which a process is taken to have met it

Brought = Mapping[str, tuple[str, bytes]]  # by kind: ending and content
logger = logging.getLogger("groundswell.dashboard")


def check_unpacked(kind: str, ending: str, content: bytes) -> None:
    """Raise `InputError` for a packed file that is too large once it is unpacked, by its directory alone: nothing is unpacked for it.

    What the directory says cannot be less than what is unpacked: no more than that is ever read of a part.
    """
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, UnicodeDecodeError):
        return  # who reads it says what is wrong
    size = sum(part.file_size for part in parts)
    if size > MOST_UNPACKED or len(parts) > MOST_PARTS:
        raise InputError(
            f"{kind}{ending}: {size / 1e6:,.0f} MB in {len(parts):,} parts once it is unpacked; allowed: {MOST_UNPACKED / 1e6:,.0f} MB in {MOST_PARTS:,}. "
            "Delete what is not needed, or save the sheet as CSV"
        )


def made(brought: Brought, region: str | None, name: str, title: str, beside: Path, fits: Callable[[], None]) -> dict[str, Any]:
    """Return the place that is made of files, as plain values.

    Args:
        brought: small areas or wards, and what else there is.
        region: where areas lie that have no codes of the United Kingdom.
        name, title: of the place.
        beside: the private folder in which files may lie while they are read, where the system has none in memory.
        fits: called before the model is fitted, which takes longer than reading.

    Returns:
        `files`: texts by name; `readings` and `findings` as the page shows them.

    Raises:
        InputError: naming file, line, value and what is allowed.
    """
    for kind, (ending, content) in brought.items():
        check_unpacked(kind, ending, content)
    with in_memory({kind + ending: content for kind, (ending, content) in brought.items()}, beside) as folder:
        inside = f"{folder}/"
        try:
            with advising(PageAdvice()):
                return _made(
                    {kind: folder / (kind + ending) for kind, (ending, _) in brought.items()}, region, name, title, inside, fits
                )
        except Exception as error:
            if is_lack_of_memory(error):
                raise MemoryError from None
            if isinstance(error, InputError):
                raise InputError(str(error).replace(inside, "")) from None
            # the error may hold a value of the file, so that neither log nor page shows it
            number = secrets.token_hex(3).upper()
            logger.error("error %s: own data could not be read: %s in %s", number, type(error).__name__, where_of(error))
            raise InputError(string("own.broken", number=number)) from None


def is_lack_of_memory(error: BaseException) -> bool:
    """Return whether an exception is a refusal of memory, or is led to by one: libraries say it in many ways, and some as damage of the file."""
    if (error.__cause__ is not None or not isinstance(error, InputError)) and _took_all_it_may():
        return True
    before: BaseException | None = error
    while before is not None:
        said = "" if isinstance(before, InputError) else str(before)  # our own sentences may name values of a file
        if isinstance(before, MemoryError) or getattr(before, "errno", None) == errno.ENOMEM or any(lack in said for lack in LACKS):
            return True
        before = before.__cause__ or before.__context__
    return False


def _took_all_it_may() -> bool:
    """Return whether this process has come near the bound of its address space, where it has one."""
    try:
        import resource

        most = resource.getrlimit(resource.RLIMIT_AS)[0]
        peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmPeak"))
    except (ImportError, AttributeError, OSError, StopIteration):  # not every system has each
        return False
    return most != resource.RLIM_INFINITY and most - int(peak.split()[1]) * 1024 < NEAR


def _uploaded(words: str, files: dict[str, Path]) -> str:
    """Return words with what was uploaded in place of the names under which it was read: nobody brought files called so."""
    for kind, path in files.items():
        words = words.replace(path.name, string("own.uploaded", kind=string(f"own.{kind}")))
    return words


def _made(
    files: dict[str, Path], region: str | None, name: str, title: str, inside: str, fits: Callable[[], None]
) -> dict[str, Any]:
    main = files.get("small_areas") or files.get("wards")
    if main is None:
        raise InputError(string("own.none"))
    request = PlaceRequest(
        str(main),
        wards=files.get("wards") if "small_areas" in files else None,
        region=region or None,
        survey=files.get("survey"),
        ties=files.get("ties"),
        records=(files["records"],) if "records" in files else (),
    )
    placed = read(request)
    fits()
    improve(placed, request)
    placed.place = replace(
        placed.place,
        name=name,
        title=title,
        attribution=_uploaded(placed.place.attribution, files),
        known={what: _uploaded(words, files) for what, words in placed.place.known.items()},
    )
    targets = placed.survey.targets() if placed.survey else None
    return {
        "files": place_files(placed.place, "FOLDER", None, targets),
        "readings": [r.to_json() | {"words": r.words()} for r in placed.readings],
        "findings": [{"kind": f.kind, "text": f.text.replace(inside, "")} for f in placed.findings],
    }
