"""Logs of all programs: one JSON object a line on stderr, without personal data or secrets."""

from lti_tool.logs.context import RequestNote, current_request
from lti_tool.logs.lines import LineFormatter
from lti_tool.logs.setup import init_logging, server_logs

__all__ = ["LineFormatter", "RequestNote", "current_request", "init_logging", "server_logs"]
