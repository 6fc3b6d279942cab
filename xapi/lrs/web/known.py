"""The resources agents and activities (xAPI 1.0.3 Communication 2.4, 2.5)."""

from werkzeug import Request

from xapi.lrs.known import Known
from xapi.lrs.principal import Principal
from xapi.lrs.web.exchange import Answer, agent_parameter, json_answer, parameters, required


class KnownResource:
    """Answers requests for what the LRS knows; each method gets the principal and the request."""

    def __init__(self, known: Known) -> None:
        self._known = known

    def agents(self, principal: Principal, request: Request) -> Answer:
        """The Person of an Agent."""
        found = parameters(request, ("agent",))
        return json_answer(self._known.person(principal, agent_parameter(required(found, "agent"))))

    def activities(self, principal: Principal, request: Request) -> Answer:
        """The activity with its definition."""
        found = parameters(request, ("activityId",))
        return json_answer(self._known.activity(principal, required(found, "activityId")))
