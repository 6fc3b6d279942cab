"""Sends scores again because a person asks for it: one learner's, a class's, or all that were refused."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lti_tool.grades import KIND, job_key

if TYPE_CHECKING:
    from lti_tool.services import Services


def send_again(services: "Services", registrations: Iterable[str]) -> int:
    """Lets the undelivered scores of `registrations` be tried at the next round of the worker; returns how many.

    Each becomes a new job, so this works also where the old one was forgotten. The old job of the lane is woken, finds
    that a newer one follows, and ends.
    """
    institution, count = services.institution.id, 0
    for registration in registrations:
        score = services.lti.scores.get(registration)
        if score is not None and services.lti.scores.again(registration):
            services.queue.requeue(institution, KIND, key=job_key(score))
            services.queue.hurry(institution, KIND, key=job_key(score))
            count += 1
    return count
