"""The figures of this installation as Prometheus reads them: counts of the processes, and what the stores say now.

A figure that comes from a store is a *gauge* below: a function of the services that gives metrics. Another part of the
tool adds its own by adding a function to GAUGES.
"""

import logging
import platform
import shutil
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from lti_tool.grades import CURSOR as SCORES_READ
from lti_tool.version import VERSION
from lti_tool.watch.store import newest_statement, size_of
from lti_tool.watch.tally import BOUNDS, Tally, cumulated
from xapi.lrs.store.times import micros

if TYPE_CHECKING:
    from lti_tool.services import Services

Gauge = Callable[["Services"], Iterator[Metric]]
REFUSALS, READ, FAILURES = "refusals", "statements_read", "worker_failures"
EVENTS = {  # events of the tally: metric, help, and the name of the label
    REFUSALS: ("jampel_http_refusals", "Requests that ended in an error, by its code.", "code"),
    READ: ("jampel_statements_read", "Statements that the worker has read, by the source of their evidence.", "source"),
    FAILURES: ("jampel_worker_failures", "Pieces of the worker's work that failed, by part.", "part"),
}
_log = logging.getLogger(__name__)


def written(services: "Services", tally: Tally, accept: str = "") -> tuple[str, bytes]:
    """The content type that fits the header `accept`, and all figures in it."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(services, tally))
    encode, content_type = choose_encoder(accept)
    return content_type, encode(registry)


class _Figures(Collector):
    """All metrics, made at the moment somebody asks."""

    def __init__(self, services: "Services", tally: Tally) -> None:
        self._services = services
        self._tally = tally

    def describe(self) -> Sequence[Metric]:
        """Nothing: names come with the figures."""
        return []

    def collect(self) -> Iterator[Metric]:
        """The counts, then each gauge; one that fails is told and stops no other."""
        yield from _counts(self._tally)
        up = GaugeMetricFamily("jampel_figures_up", "Whether this group of figures could be read.", labels=["group"])
        for gauge in GAUGES:
            name = gauge.__name__.strip("_")
            try:
                found = list(gauge(self._services))
            except Exception as error:  # noqa: BLE001 - the other figures are wanted most when one store is broken
                _log.warning("the figures of %s cannot be read: %s", name, type(error).__name__)
                up.add_metric([name], 0)
                continue
            up.add_metric([name], 1)
            yield from found
        yield up


def _counts(tally: Tally) -> Iterator[Metric]:
    counted = tally.total()
    durations = HistogramMetricFamily(
        "jampel_http_request_duration_seconds",
        "Time until the answer to a request began, by method, route and class of status.",
        labels=["method", "route", "status"],
    )
    for labels, counts, seconds in counted.requests:
        bounds = [*(str(bound) for bound in BOUNDS), "+Inf"]
        durations.add_metric(labels, list(zip(bounds, cumulated(counts), strict=True)), seconds)
    yield durations
    for event, (name, told, label) in EVENTS.items():
        family = CounterMetricFamily(name, told, labels=[label])
        for (kind, value), amount in counted.events:
            if kind == event:
                family.add_metric([value], amount)
        yield family


def _build(_services: "Services") -> Iterator[Metric]:
    family = GaugeMetricFamily("jampel_build_info", "The release that runs.", labels=["version", "python"])
    family.add_metric([VERSION, platform.python_version()], 1)
    yield family


def _statements(services: "Services") -> Iterator[Metric]:
    engine = next(one.engine for one in services.databases if one.name == "lrs")
    number, stored = newest_statement(engine)
    yield CounterMetricFamily("jampel_lrs_statements", "Statements stored since the beginning.", value=number)
    yield GaugeMetricFamily(
        "jampel_lrs_newest_statement_timestamp_seconds", "When the newest statement was stored.", stored / 1e6
    )


def _queue(services: "Services") -> Iterator[Metric]:
    jobs = GaugeMetricFamily(
        "jampel_queue_jobs", "Jobs that are not done, by kind and state.", labels=["kind", "state"]
    )
    overdue = GaugeMetricFamily(
        "jampel_queue_overdue_seconds", "For how long the job that is due for the longest has been.", labels=["kind"]
    )
    now = services.clock()
    for kind, backlog in services.queue.backlog(services.institution.id).items():
        for state, number in backlog.jobs.items():
            jobs.add_metric([kind, state], number)
        late = 0.0 if backlog.due is None else max(0.0, (now - backlog.due).total_seconds())
        overdue.add_metric([kind], late)
    yield from (jobs, overdue)


def _worker(services: "Services") -> Iterator[Metric]:
    latest = services.heartbeats.latest()
    if latest is None:
        return
    yield GaugeMetricFamily(
        "jampel_worker_heartbeat_timestamp_seconds", "The latest sign of life of a worker.", latest.at.timestamp()
    )
    busy = (latest.at - latest.since).total_seconds() if latest.part else 0.0
    yield GaugeMetricFamily("jampel_worker_busy_seconds", "How long the worker had been at one part of its work.", busy)
    if latest.projected is not None:
        yield GaugeMetricFamily(
            "jampel_ledger_projected_timestamp_seconds",
            "When the ledger was last known to be up to date.",
            latest.projected.timestamp(),
        )


def _unread(services: "Services") -> Iterator[Metric]:
    """What both readers of statements have before them. It is read before the queue that they fill: whoever finds
    nothing here and nothing there knows that nothing waits."""
    for name, told, seq in (
        ("ledger", "that the ledger has not seen", services.ledger.cursor()),
        ("scores", "that was not read for a grade", services.lti.scores.cursor(SCORES_READ)),
    ):
        unread = services.statements.after(services.institution.id, seq, 1)
        age = max(0.0, (micros(services.clock()) - unread[0].moment) / 1e6) if unread else 0.0
        yield GaugeMetricFamily(
            f"jampel_{name}_unread_seconds", f"Age of the oldest statement {told}, 0 when none.", age
        )


def _databases(services: "Services") -> Iterator[Metric]:
    family = GaugeMetricFamily("jampel_database_bytes", "Size of each database.", labels=["database"])
    for database in services.databases:
        family.add_metric([database.name], size_of(database))
    yield family
    free = shutil.disk_usage(services.settings.data).free
    yield GaugeMetricFamily("jampel_disk_free_bytes", "Free bytes on the disk of the data folder.", free)


def _platforms(services: "Services") -> Iterator[Metric]:
    observed = services.lti.observed.all()
    family = GaugeMetricFamily(
        "jampel_platform_clock_ahead_seconds",
        "By how much the clock of a platform was ahead of ours when it was last seen.",
        labels=["platform"],
    )
    for one in services.lti.platforms.list():
        if one.active and one.id in observed:
            family.add_metric([one.name], observed[one.id].ahead)
    yield family


#: What is read from the stores at each scrape; every one must be cheap on millions of rows.
GAUGES: list[Gauge] = [_build, _statements, _unread, _queue, _worker, _platforms, _databases]
