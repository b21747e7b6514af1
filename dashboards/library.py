"""The library: comparisons under a name, in SQLite for one, in PostgreSQL for a team. Deleting can be undone for a month."""

from __future__ import annotations

import contextlib
import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sql

from simulation.parameters import InputError

from .private import close_off, make_private

MONTH = timedelta(days=30)
MOST_NAME, MOST_SAVED, MOST_LINKS = 120, 5000, 5000
LINK = "l."  # how the names of long addresses begin, which no saved comparison's does

_metadata = sql.MetaData()
_saved = sql.Table(
    "groundswell_saved", _metadata,
    sql.Column("id", sql.String(24), primary_key=True),
    sql.Column("name", sql.Unicode(MOST_NAME), nullable=False),
    sql.Column("query", sql.UnicodeText, nullable=False),
    sql.Column("owner", sql.Unicode(120), nullable=False, default=""),
    sql.Column("changed", sql.DateTime(timezone=True), nullable=False),
    sql.Column("deleted", sql.DateTime(timezone=True), nullable=True),
)  # fmt: skip
_links = sql.Table(
    "groundswell_links", _metadata,
    sql.Column("id", sql.String(24), primary_key=True),
    sql.Column("query", sql.UnicodeText, nullable=False),
    sql.Column("used", sql.DateTime(timezone=True), nullable=False),
)  # fmt: skip


class LibraryError(RuntimeError):
    """The library's database cannot be reached or written; the message says which and what to do."""


class Library:
    """Saved comparisons.

    Args:
        address: of the database, as SQLAlchemy takes it.

    Raises:
        LibraryError: it cannot be reached.
    """

    def __init__(self, address: str) -> None:
        try:
            url = sql.make_url(address)
            self._shown = url.render_as_string(hide_password=True)
            self._engine = sql.create_engine(url, pool_pre_ping=True)
            if url.get_backend_name() == "sqlite":
                if url.database and url.database != ":memory:" and not url.database.startswith("file:"):
                    make_private(Path(url.database))
                    for part in ("-wal", "-shm"):
                        close_off(Path(url.database + part))
                sql.event.listen(self._engine, "connect", _patient)
            _metadata.create_all(self._engine)
        except (sql.exc.SQLAlchemyError, ImportError, OSError) as error:
            hint = "; pip install 'groundswell[postgresql]'" if isinstance(error, ImportError) else ""
            raise LibraryError(
                f"--library: {address.rsplit('@')[-1]}: cannot be opened ({str(error).splitlines()[0]}){hint}"
            ) from None

    def all(self) -> list[dict[str, Any]]:
        """Return what is saved, the newest first: `id, name, query, owner, changed`."""
        wanted = sql.select(_saved).where(_saved.c.deleted.is_(None)).order_by(_saved.c.changed.desc(), _saved.c.id).limit(200)
        return [_plain(row) for row in self._do(wanted)]

    def get(self, saved: str) -> dict[str, Any]:
        """Return one; raise `InputError` where there is none."""
        rows = self._do(sql.select(_saved).where(_saved.c.id == saved, _saved.c.deleted.is_(None)))
        if not rows:
            raise InputError("saved comparison: there is none under this link; it may have been deleted")
        return _plain(rows[0])

    def save(self, name: str, query: str, owner: str = "") -> str:
        """Keep a comparison under a name; return what it is found by."""
        number = self._do(sql.select(sql.func.count()).select_from(_saved).where(_saved.c.deleted.is_(None)))[0][0]
        if number >= MOST_SAVED:
            raise InputError(f"library: {number:,} comparisons are saved; delete some first")
        key = secrets.token_urlsafe(12)
        self._do(sql.insert(_saved).values(id=key, name=checked_name(name), query=query, owner=owner[:120], changed=_now()))
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
        done = self._do(sql.update(_saved).where(_saved.c.id == saved).values(deleted=None))
        if not done:
            raise InputError("saved comparison: it was deleted more than a month ago and is gone")

    def tidy(self) -> None:
        """Remove for good what was deleted a month ago, of more than a number the oldest too, and links that nobody has used for a year."""
        self._do(sql.delete(_saved).where(_saved.c.deleted < _now() - MONTH))
        bin_ = (
            sql.select(_saved.c.id)
            .where(_saved.c.deleted.is_not(None))
            .order_by(_saved.c.deleted.desc())
            .offset(MOST_SAVED)
            .limit(MOST_SAVED)
        )
        self._do(sql.delete(_saved).where(_saved.c.id.in_([row[0] for row in self._do(bin_)])))
        self._do(sql.delete(_links).where(_links.c.used < _now() - 12 * MONTH))

    def shorten(self, query: str) -> str:
        """Return a short name for a long address; the same for the same one, so that asking again keeps nothing more.

        Raises:
            InputError: as many are kept as there may be.
        """
        name = LINK + hashlib.sha256(query.encode()).hexdigest()[:22]
        if not self.lengthened(name):
            number = self._do(sql.select(sql.func.count()).select_from(_links))[0][0]
            if number >= MOST_LINKS:
                raise InputError(f"library: {number:,} long addresses are kept")
            try:
                self._do(sql.insert(_links).values(id=name, query=query, used=_now()))
            except LibraryError:
                if not self.lengthened(name):  # somebody else kept it meanwhile
                    raise
        return name

    def lengthened(self, name: str) -> str:
        """Return the address that a short name stands for, empty if it stands for none; being used keeps it."""
        if not name.startswith(LINK):
            return ""
        rows = self._do(sql.select(_links).where(_links.c.id == name))
        if rows and _aware(rows[0].used) < _now() - timedelta(days=1):
            self._do(sql.update(_links).where(_links.c.id == name).values(used=_now()))
        return str(rows[0].query) if rows else ""

    def forget(self, place: str) -> int:
        """Remove for good every comparison, deleted ones too, that asks about an own place; return how many."""
        number = int(self._do(sql.delete(_saved).where(_saved.c.query.contains(f"place={place}", autoescape=True))))
        self._do(sql.delete(_links).where(_links.c.query.contains(f"place={place}", autoescape=True)))
        if self._engine.dialect.name == "sqlite":  # what was deleted stays in the journal until that is emptied
            with contextlib.suppress(sql.exc.SQLAlchemyError), self._engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        return number

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def _change(self, saved: str, **values: Any) -> None:
        self.get(saved)
        self._do(sql.update(_saved).where(_saved.c.id == saved).values(changed=_now(), **values))

    def _do(self, what: sql.Executable) -> Any:
        try:
            with self._engine.begin() as connection:
                result = connection.execute(what)
                return result.fetchall() if result.returns_rows else result.rowcount
        except sql.exc.SQLAlchemyError as error:
            raise LibraryError(f"library {self._shown}: {str(error).splitlines()[0]}") from None


def _patient(connection: Any, _: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA busy_timeout=5000")
    cursor.execute("PRAGMA secure_delete=ON")  # what is deleted is overwritten
    cursor.close()


def _now() -> datetime:
    return datetime.now(UTC)


def _aware(when: datetime) -> datetime:
    return when if when.tzinfo else when.replace(tzinfo=UTC)  # SQLite keeps no time zone


def _plain(row: Any) -> dict[str, Any]:
    found = dict(row._mapping)
    return {
        "id": found["id"],
        "name": found["name"],
        "query": found["query"],
        "owner": found["owner"],
        "changed": found["changed"].strftime("%Y-%m-%d %H:%M"),
    }


def checked_name(name: str) -> str:
    """Return a name without stray spaces, or raise `InputError`."""
    text = " ".join(str(name).split())
    if not text or len(text) > MOST_NAME or not text.isprintable():
        raise InputError(f"name: {len(text)} characters; allowed: 1 to {MOST_NAME} that can be printed")
    return text
