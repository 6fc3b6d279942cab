"""Sends the records of a plan, each once: looked for, noted as being sent, sent, noted as sent."""

from collections.abc import Callable

from adapters.base import Adapter
from adapters.remote import Connection, Prepared, RecordPush
from lti_tool.errors import ToolError
from lti_tool.services import Services
from lti_tool.store.adapter_pushes import PLANNED, REFUSED, SENDING, SENT, Pushed
from lti_tool.store.adapter_runs import Problem, Refusal
from lti_tool.systems.problems import problem_of
from lti_tool.systems.pull import Reach, Told, crashed
from lti_tool.systems.push_plan import LOOK, Item, Plan, is_of_connection
from lti_tool.systems.runs import LiveRun
from xapi.errors import JampelError

UNSURE = "remote.unsure"


class Sender:
    """Sends what a plan has for `connection`, within `run`."""

    def __init__(self, services: Services, adapter: Adapter, connection: Connection, run: LiveRun) -> None:
        if adapter.push is None:
            raise ToolError("adapter.sends_nothing", adapter.name, system=adapter.name)
        self._push: RecordPush = adapter.push
        self._adapter = adapter
        self._store = services.lti.adapter_pushes
        self._clock = services.clock
        self._connection = connection
        self._run = run

    def send(self, plan: Plan, told: Told) -> None:
        """Sends every record that is to be sent. What was sent stands, whatever happens to a later one.

        Raises AdapterError when the system cannot be used any more; the records not sent yet stay planned.
        """
        waiting = plan.to_send
        for place, item in enumerate(waiting, start=1):
            if item.prepared is not None:
                self._one(plan, item, item.prepared)
            told(Reach(place, len(waiting)))

    def _one(self, plan: Plan, item: Item, prepared: Prepared) -> None:
        try:
            remote = self._ask(lambda: self._push.find(prepared, self._connection))
        except JampelError as error:
            self._not_found_out(plan, item, error)
            return
        if remote:
            self._note(plan, item, SENT, remote=remote, found=item.action != LOOK)
            self._run.advance({"sent" if item.action == LOOK else "found": 1})
            return
        self._note(plan, item, SENDING)
        try:
            remote = self._ask(lambda: self._push.send(prepared, self._connection))
        except JampelError as error:
            self._failed(plan, item, prepared, error)
            return
        self._note(plan, item, SENT, remote=remote or "")
        self._run.advance({"sent": 1})

    def _not_found_out(self, plan: Plan, item: Item, error: JampelError) -> None:
        """Notes that nobody could tell whether the record is there, so it was not sent; raises `error` when the next
        would fail too."""
        if is_of_connection(error) or error.code == "adapter.crashed":
            raise error
        problem = problem_of(error)
        self._note(plan, item, SENDING if item.action == LOOK else REFUSED, problem=problem)
        self._run.advance({"refused": 1}, refused=[Refusal(_place(item), problem)])

    def _failed(self, plan: Plan, item: Item, prepared: Prepared, error: JampelError) -> None:
        """Notes what became of a record that was not plainly sent; raises `error` when the next would fail too."""
        problem = problem_of(error)
        if error.code.startswith(UNSURE):
            self._unsure(plan, item, prepared, problem)
            return
        if error.code == "adapter.crashed":  # nobody knows how far it came: it stays as being sent
            raise error
        if is_of_connection(error):
            self._note(plan, item, PLANNED, problem=problem)
            raise error
        self._note(plan, item, REFUSED, problem=problem)
        self._run.advance({"refused": 1}, refused=[Refusal(_place(item), problem)])

    def _unsure(self, plan: Plan, item: Item, prepared: Prepared, problem: Problem) -> None:
        """Looks once more for a record whose answer did not come; else the next run does."""
        try:
            remote = self._ask(lambda: self._push.find(prepared, self._connection))
        except JampelError:
            remote = None
        if remote:
            self._note(plan, item, SENT, remote=remote)
            self._run.advance({"sent": 1})
            return
        self._note(plan, item, SENDING, problem=problem)
        self._run.advance({"unsure": 1}, refused=[Refusal(_place(item), problem)])

    def _ask(self, question: Callable[[], str | None]) -> str | None:
        """What the adapter answers; its own fault becomes an error with a sentence."""
        try:
            return question()
        except JampelError:
            raise
        except Exception as cause:
            raise crashed(self._adapter, cause) from cause

    def _note(
        self, plan: Plan, item: Item, state: str, *, remote: str = "", found: bool = False,
        problem: Problem | None = None,
    ) -> None:  # fmt: skip
        kept = Pushed(
            key=item.key,
            year=plan.year,
            statement=item.statement,
            state=state,
            digest=item.digest,
            remote=remote,
            found=found,
            problem=problem,
            run=self._run.id,
            at=self._clock(),
        )
        self._store.put(plan.system, plan.connection, [kept])


def _place(item: Item) -> str:
    """Where a person finds the record: its evidence in the trail."""
    return item.statement
