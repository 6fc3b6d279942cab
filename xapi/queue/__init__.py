"""The durable queue for everything that must get out or be done later, and the worker that empties it."""

from xapi.queue.job import Done, Entry, Halt, Job, Outcome, Pause, Quarantine, Receipt, Retry, Stuck
from xapi.queue.queue import Queue
from xapi.queue.worker import Backoff, Handler, Worker

__all__ = [
    "Backoff",
    "Done",
    "Entry",
    "Halt",
    "Handler",
    "Job",
    "Outcome",
    "Pause",
    "Quarantine",
    "Queue",
    "Receipt",
    "Retry",
    "Stuck",
    "Worker",
]
