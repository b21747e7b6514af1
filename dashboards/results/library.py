"""The library: comparisons under a name, in SQLite for one, in PostgreSQL for a team. Deleting can be undone for a month."""

from __future__ import annotations

import contextlib
import hashlib
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sql

from simulation.declared.parameters import InputError

from ..records.view import Saved
from ..safeguards.boundary import LibraryError
from .database import LINKS, MOST_NAME, MOST_OWNER, SAVED, opened

DAY, MONTH = timedelta(days=1), timedelta(days=30)
MOST_SAVED, MOST_LINKS = 5000, 5000
LINK = "l."  # how the names of long addresses begin, which no saved comparison's does

Row = dict[str, Any]


@dataclass(frozen=True)
class Taken:
    """What came of taking rows into a library.

    Attributes:
        added: rows that came in, those brought back from the bin too.
        there: rows that already existed.
        changed: those of them that were changed since; they stay as they are.
        links: long addresses that came in.
        links_there: long addresses that already existed.
    """

    added: int
    there: int
    changed: int
    links: int
    links_there: int


class Library:
    """Saved comparisons.

    Args:
        address: of the database, as SQLAlchemy takes it.

    Raises:
        LibraryError: it cannot be reached.
        InputError: it is damaged, or its tables are not those of this program.
    """

    def __init__(self, address: str) -> None:
        self._engine, self.shown = opened(address)

    def all(self) -> list[Saved]:
        """Return what is saved, the newest first: `id, name, query, owner, changed`."""
        newest = sql.select(SAVED).where(SAVED.c.deleted.is_(None)).order_by(SAVED.c.changed.desc(), SAVED.c.id).limit(200)
        return [_plain(row) for row in self._do(newest)]

    def get(self, saved: str) -> Saved:
        """Return one; raise `InputError` where there is none."""
        rows = self._do(sql.select(SAVED).where(SAVED.c.id == saved, SAVED.c.deleted.is_(None)))
        if not rows:
            raise InputError("saved comparison: there is none under this link; it may have been deleted")
        return _plain(rows[0])

    def save(self, name: str, query: str, owner: str = "") -> str:
        """Keep a comparison under a name; return what it is found by."""
        number = self._do(sql.select(sql.func.count()).select_from(SAVED).where(SAVED.c.deleted.is_(None)))[0][0]
        if number >= MOST_SAVED:
            raise InputError(f"library: {number:,} comparisons are saved; delete some first")
        key = secrets.token_urlsafe(12)
        self._do(sql.insert(SAVED).values(id=key, name=checked_name(name), query=query, owner=owner[:MOST_OWNER], changed=_now()))
        return key

    def rename(self, saved: str, name: str) -> None:
        """Give one another name."""
        self._change(saved, name=checked_name(name))

    def update(self, saved: str, query: str) -> None:
        """Put another comparison in the place of a saved one."""
        self._change(saved, query=query)

    def duplicate(self, saved: str, owner: str = "") -> str:
        """Save a copy; return what it is found by."""
        one = self.get(saved)
        return self.save(f"{one['name'][: MOST_NAME - 7]} (copy)", one["query"], owner)

    def delete(self, saved: str) -> None:
        """Remove one; `restore` brings it back within a month."""
        self._change(saved, deleted=_now())
        self.tidy()

    def restore(self, saved: str) -> None:
        """Bring back what was deleted."""
        done = self._do(sql.update(SAVED).where(SAVED.c.id == saved).values(deleted=None))
        if not done:
            raise InputError("saved comparison: it was deleted more than a month ago and is gone")

    def tidy(self) -> None:
        """Remove for good what was deleted a month ago, of more than a number the oldest too, and links that nobody has used for a year.

        What a clock that was wrong has put into the future counts from now, else it would be kept for longer.
        """
        now = _now()
        for table, column in ((SAVED, SAVED.c.deleted), (LINKS, LINKS.c.used)):
            self._do(sql.update(table).where(column > now + DAY).values({column.name: now}))
        gone = int(self._do(sql.delete(SAVED).where(SAVED.c.deleted < now - MONTH)))
        bin_ = (
            sql.select(SAVED.c.id)
            .where(SAVED.c.deleted.is_not(None))
            .order_by(SAVED.c.deleted.desc())
            .offset(MOST_SAVED)
            .limit(MOST_SAVED)
        )
        gone += int(self._do(sql.delete(SAVED).where(SAVED.c.id.in_([row[0] for row in self._do(bin_)]))))
        gone += int(self._do(sql.delete(LINKS).where(LINKS.c.used < now - 12 * MONTH)))
        if gone:
            self._empty_journal()

    def shorten(self, query: str) -> str:
        """Return a short name for a long address; the same for the same one, so that asking again keeps nothing more.

        Raises:
            InputError: as many are kept as there may be.
        """
        name = link_name(query)
        if not self.lengthened(name):
            number = self._do(sql.select(sql.func.count()).select_from(LINKS))[0][0]
            if number >= MOST_LINKS:
                raise InputError(f"library: {number:,} long addresses are kept")
            try:
                self._do(sql.insert(LINKS).values(id=name, query=query, used=_now()))
            except LibraryError:
                if not self.lengthened(name):  # somebody else kept it meanwhile
                    raise
        return name

    def lengthened(self, name: str) -> str:
        """Return the address that a short name stands for, empty if it stands for none; being used keeps it."""
        if not name.startswith(LINK):
            return ""
        rows = self._do(sql.select(LINKS).where(LINKS.c.id == name))
        if rows and _aware(rows[0].used) < _now() - DAY:
            with contextlib.suppress(LibraryError):  # a full disk keeps nobody from reading
                self._do(sql.update(LINKS).where(LINKS.c.id == name).values(used=_now()))
        return str(rows[0].query) if rows else ""

    def forget(self, place: str) -> int:
        """Remove for good every comparison, deleted ones too, that asks about an own place; return how many."""
        number = int(self._do(sql.delete(SAVED).where(SAVED.c.query.contains(f"place={place}", autoescape=True))))
        self._do(sql.delete(LINKS).where(LINKS.c.query.contains(f"place={place}", autoescape=True)))
        self._empty_journal()
        return number

    def rows(self) -> tuple[list[Row], list[Row]]:
        """Return all that is saved, but not what is in the bin, and all long addresses: their columns by name, times in UTC."""
        with self._transaction() as connection:
            saved = connection.execute(sql.select(SAVED).where(SAVED.c.deleted.is_(None)).order_by(SAVED.c.id)).fetchall()
            links = connection.execute(sql.select(LINKS).order_by(LINKS.c.id)).fetchall()
        found = [{**row._mapping, "changed": _aware(row.changed)} for row in saved]
        for row in found:
            del row["deleted"]
        return found, [{**row._mapping, "used": _aware(row.used)} for row in links]

    def take_in(self, saved: Sequence[Row], links: Sequence[Row]) -> Taken:
        """Add what `rows` gave, all or nothing. What is there stays as it is; what is in the bin is brought back as it was.

        Raises:
            InputError: more would be kept than there may be.
        """
        with self._transaction() as connection:
            there = {row.id: row for row in connection.execute(sql.select(SAVED))}
            known = {row.id for row in connection.execute(sql.select(LINKS.c.id))}
            shown = {key: row for key, row in there.items() if row.deleted is None}
            coming = [row | {"deleted": None} for row in saved if row["id"] not in shown]
            added = [row for row in links if row["id"] not in known]
            for what, before, more, most in (
                ("comparisons", len(shown), len(coming), MOST_SAVED),
                ("long addresses", len(known), len(added), MOST_LINKS),
            ):
                if more and before + more > most:
                    raise InputError(f"library: {before:,} {what} are kept and {more:,} would come in; allowed: {most:,} in all")
            if back := [row["id"] for row in coming if row["id"] in there]:
                connection.execute(sql.delete(SAVED).where(SAVED.c.id.in_(back)))
            for table, new in ((SAVED, coming), (LINKS, added)):
                if new:
                    connection.execute(sql.insert(table), new)
        kept = [row for row in saved if row["id"] in shown]
        changed = sum(any(getattr(shown[row["id"]], part) != row[part] for part in ("name", "query")) for row in kept)
        return Taken(len(coming), len(kept), changed, len(added), len(links) - len(added))

    def _empty_journal(self) -> None:
        """Empty SQLite's journal, where what was deleted stays until then."""
        if self._engine.dialect.name == "sqlite":
            with contextlib.suppress(sql.exc.SQLAlchemyError), self._engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def _change(self, saved: str, **values: Any) -> None:
        self.get(saved)
        self._do(sql.update(SAVED).where(SAVED.c.id == saved).values(changed=_now(), **values))

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sql.Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except sql.exc.SQLAlchemyError as error:
            raise LibraryError(f"library {self.shown}: {str(error).splitlines()[0]}") from None

    def _do(self, what: sql.Executable) -> Any:
        with self._transaction() as connection:
            result = connection.execute(what)
            return result.fetchall() if result.returns_rows else result.rowcount


def _now() -> datetime:
    return datetime.now(UTC)


def _aware(when: datetime) -> datetime:
    """Return a time in UTC; SQLite keeps no time zone, and PostgreSQL gives its own."""
    return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)


def _plain(row: Any) -> Saved:
    values = dict(row._mapping)
    return {
        "id": values["id"],
        "name": values["name"],
        "query": values["query"],
        "owner": values["owner"],
        "changed": _aware(values["changed"]).strftime("%Y-%m-%d %H:%M"),
    }


def link_name(query: str) -> str:
    """Return the short name of a long address."""
    return LINK + hashlib.sha256(query.encode()).hexdigest()[:22]


def checked_name(name: str) -> str:
    """Return a name without stray spaces, or raise `InputError`."""
    text = " ".join(str(name).split())
    if not text or len(text) > MOST_NAME or not text.isprintable():
        raise InputError(f"name: {len(text)} characters; allowed: 1 to {MOST_NAME} that can be printed")
    return text
