"""Keeps the sandbox LMS: people, courses, activities, gradebook, and tickets that are used once."""

import json
from collections.abc import Callable, Iterable

import msgspec
from sqlalchemy import (
    Column,
    Engine,
    Float,
    Integer,
    MetaData,
    Row,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import insert as upsert

from lti_tool.sandbox.model import Course, LineItem, ResourceLink, Score, Tool, User
from xapi.alphabet_database import Alphabetical
from xapi.database import reading, writing

META = MetaData()
KEY = Table("sandbox_key", META, Column("kid", Text, primary_key=True), Column("pem", Text))
USER = Table(
    "sandbox_user",
    META,
    Column("id", Text, primary_key=True),
    Column("name", Text),
    Column("role", Text),
    Column("nip", Text),
)
COURSE = Table(
    "sandbox_course", META, Column("id", Text, primary_key=True), Column("label", Text), Column("title", Text)
)
LINK = Table(
    "sandbox_link",
    META,
    Column("id", Integer, primary_key=True),
    Column("course", Text),
    Column("title", Text),
    Column("custom", Text),
    Column("tool", Text),
)
LINE_ITEM = Table(
    "sandbox_line_item",
    META,
    Column("id", Integer, primary_key=True),
    Column("course", Text),
    Column("label", Text),
    Column("score_maximum", Float),
    Column("resource_link", Integer),
    Column("resource_id", Text),
    Column("tag", Text),
    Column("tool", Text),
)
SCORE = Table(
    "sandbox_score",
    META,
    Column("line_item", Integer, primary_key=True),
    Column("user", Text, primary_key=True),
    Column("given", Float),
    Column("maximum", Float),
    Column("timestamp", Text),
    Column("activity_progress", Text),
    Column("grading_progress", Text),
    Column("comment", Text),
)
TOOL = Table(
    "sandbox_tool",
    META,
    Column("deployment", Integer, primary_key=True),
    Column("client_id", Text),
    Column("body", Text),
)
TICKET = Table(
    "sandbox_ticket",
    META,
    Column("value", Text, primary_key=True),
    Column("kind", Text),
    Column("body", Text),
    Column("expires", Float),
)


class SandboxStore:
    """The one database of a sandbox LMS. It belongs to no institution: it stands for somebody else's system."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep_key(self, kid: str, make_pem: Callable[[], str]) -> tuple[str, str]:
        """Stores a signing key unless there is one already; returns the (kid, pem) that holds."""
        with writing(self._engine) as connection:
            row = connection.execute(select(KEY)).first()
            if row is None:
                pem = make_pem()
                connection.execute(insert(KEY).values(kid=kid, pem=pem))
                return kid, pem
            return row.kid, row.pem

    def fill(self, courses: Iterable[Course], users: Iterable[User]) -> None:
        """Puts courses and users in place; those that are there already are renewed."""
        with writing(self._engine) as connection:
            for course in courses:
                connection.execute(_replace(COURSE, msgspec.structs.asdict(course)))
            for user in users:
                connection.execute(
                    _replace(USER, {"id": user.id, "name": user.name, "role": user.role, "nip": user.nip})
                )

    def users(self) -> list[User]:
        """All people, teachers first."""
        with reading(self._engine) as connection:
            rows = connection.execute(
                select(USER).order_by(USER.c.role.desc(), Alphabetical(USER.c.name), USER.c.id)
            ).all()
        return [_user(row) for row in rows]

    def user(self, user_id: str) -> User | None:
        """The person with this id."""
        with reading(self._engine) as connection:
            row = connection.execute(select(USER).where(USER.c.id == user_id)).first()
        return _user(row) if row else None

    def courses(self) -> list[Course]:
        """All courses by title."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(COURSE).order_by(Alphabetical(COURSE.c.title), COURSE.c.id)).all()
        return [Course(row.id, row.label, row.title) for row in rows]

    def course(self, course_id: str) -> Course | None:
        """The course with this id."""
        return next((course for course in self.courses() if course.id == course_id), None)

    def keep_tool(self, tool: Tool) -> None:
        """Puts a tool in place under its number; one that is there already is renewed."""
        with writing(self._engine) as connection:
            connection.execute(_replace(TOOL, _tool_values(tool)))

    def add_tool(self, tool: Tool) -> Tool | None:
        """Adds a tool under the next number; returns it with that, or None when its client id is taken."""
        with writing(self._engine) as connection:
            if connection.execute(select(TOOL.c.body).where(TOOL.c.client_id == tool.client_id)).first():
                return None
            last = connection.execute(select(func.max(TOOL.c.deployment))).scalar() or 0
            added = msgspec.structs.replace(tool, deployment_id=str(last + 1))
            connection.execute(insert(TOOL).values(**_tool_values(added)))
        return added

    def tools(self) -> list[Tool]:
        """All tools in the order they were added."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(TOOL.c.body).order_by(TOOL.c.deployment)).all()
        return [msgspec.json.decode(row.body, type=Tool) for row in rows]

    def tool(self, deployment_id: str) -> Tool | None:
        """The tool with this number."""
        return next((tool for tool in self.tools() if tool.deployment_id == deployment_id), None)

    def client(self, client_id: str) -> Tool | None:
        """The tool with this client id."""
        return next((tool for tool in self.tools() if tool.client_id == client_id), None)

    def add_link(self, link: ResourceLink, column: LineItem | None) -> str:
        """Adds an activity, and the gradebook column that goes with it; returns the activity's id."""
        values = {"course": link.course, "title": link.title, "custom": json.dumps(link.custom), "tool": link.tool}
        with writing(self._engine) as connection:
            added = connection.execute(insert(LINK).values(**values).returning(LINK.c.id)).scalar_one()
            if column is not None:
                connection.execute(insert(LINE_ITEM).values(**_column_values(column) | {"resource_link": added}))
        return str(added)

    def links(self, course: str) -> list[ResourceLink]:
        """The activities of a course in the order they were added."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(LINK).where(LINK.c.course == course).order_by(LINK.c.id)).all()
        return [_link(row) for row in rows]

    def link(self, link_id: str) -> ResourceLink | None:
        """The activity with this id."""
        with reading(self._engine) as connection:
            row = connection.execute(select(LINK).where(LINK.c.id == link_id)).first()
        return _link(row) if row else None

    def add_line_item(self, item: LineItem) -> LineItem:
        """Adds a gradebook column; returns it with its id."""
        values = _column_values(item)
        with writing(self._engine) as connection:
            added = connection.execute(insert(LINE_ITEM).values(**values).returning(LINE_ITEM.c.id)).scalar_one()
        return msgspec.structs.replace(item, id=str(added))

    def change_line_item(self, item: LineItem) -> None:
        """Stores what has changed of a gradebook column."""
        with writing(self._engine) as connection:
            connection.execute(update(LINE_ITEM).where(LINE_ITEM.c.id == item.id).values(**_column_values(item)))

    def remove_line_item(self, item_id: str) -> None:
        """Removes a gradebook column with its scores."""
        with writing(self._engine) as connection:
            connection.execute(delete(SCORE).where(SCORE.c.line_item == item_id))
            connection.execute(delete(LINE_ITEM).where(LINE_ITEM.c.id == item_id))

    def line_items(self, course: str) -> list[LineItem]:
        """The gradebook columns of a course."""
        with reading(self._engine) as connection:
            rows = connection.execute(
                select(LINE_ITEM).where(LINE_ITEM.c.course == course).order_by(LINE_ITEM.c.id)
            ).all()
        return [_line_item(row) for row in rows]

    def put_score(self, score: Score, *, keep_given: bool = False) -> bool:
        """Stores a score; False (and nothing stored) when its timestamp is not later than the stored one.

        With `keep_given` the grade that is there stays, and only the progress is new.
        """
        values = {name: getattr(score, name) for name in score.__struct_fields__}
        with writing(self._engine) as connection:
            where = (SCORE.c.line_item == score.line_item) & (SCORE.c.user == score.user)
            stored = connection.execute(select(SCORE.c.timestamp, SCORE.c.given).where(where)).first()
            if stored is not None and stored.timestamp >= score.timestamp:
                return False
            if keep_given and stored is not None:
                values["given"] = stored.given
            connection.execute(_replace(SCORE, values))
        return True

    def scores(self, line_item: str) -> list[Score]:
        """The scores of one gradebook column."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(SCORE).where(SCORE.c.line_item == line_item)).all()
        return [Score(**{**row._asdict(), "line_item": str(row.line_item)}) for row in rows]

    def put_ticket(self, value: str, kind: str, body: dict[str, object], expires: float) -> None:
        """Keeps a ticket (login hint, access token, used jti) until `expires`, a Unix time."""
        with writing(self._engine) as connection:
            connection.execute(insert(TICKET).values(value=value, kind=kind, body=json.dumps(body), expires=expires))

    def take_ticket(self, value: str, kind: str, now: float) -> dict[str, object] | None:
        """Uses a ticket up: its body, or None when it is unknown, of another kind, or expired."""
        with writing(self._engine) as connection:
            where = (TICKET.c.value == value) & (TICKET.c.kind == kind)
            row = connection.execute(delete(TICKET).where(where).returning(TICKET.c.body, TICKET.c.expires)).first()
        return json.loads(row.body) if row and row.expires >= now else None

    def see_ticket(self, value: str, kind: str, now: float) -> dict[str, object] | None:
        """The body of a ticket that may be shown again, such as an access token."""
        with reading(self._engine) as connection:
            row = connection.execute(select(TICKET).where((TICKET.c.value == value) & (TICKET.c.kind == kind))).first()
        return json.loads(row.body) if row and row.expires >= now else None


def _replace(table: Table, values: dict[str, object]):
    keys = [column.name for column in table.primary_key]
    statement = upsert(table).values(**values)
    return statement.on_conflict_do_update(index_elements=keys, set_={k: v for k, v in values.items() if k not in keys})


def _user(row: Row) -> User:
    return User(row.id, row.name, row.role, row.nip)


def _link(row: Row) -> ResourceLink:
    return ResourceLink(str(row.id), row.course, row.title, json.loads(row.custom), row.tool)


def _line_item(row: Row) -> LineItem:
    link = None if row.resource_link is None else str(row.resource_link)
    return LineItem(str(row.id), row.course, row.label, row.score_maximum, link, row.resource_id, row.tag, row.tool)


def _column_values(item: LineItem) -> dict[str, object]:
    return {name: getattr(item, name) for name in item.__struct_fields__ if name != "id"}


def _tool_values(tool: Tool) -> dict[str, object]:
    body = msgspec.json.encode(tool).decode()
    return {"deployment": int(tool.deployment_id), "client_id": tool.client_id, "body": body}
