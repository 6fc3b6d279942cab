"""Where the sandbox LMS has its endpoints, by its personality."""

from lti_tool.sandbox.model import LineItem
from lti_tool.sandbox.personality import Paths


class Addresses:
    """The addresses of a platform whose base URL is `issuer`."""

    def __init__(self, issuer: str, paths: Paths) -> None:
        self.issuer = issuer.rstrip("/")
        self._paths = paths

    def of(self, name: str) -> str:
        """The endpoint called `name`, one without parts that vary."""
        return self.issuer + str(getattr(self._paths, name))

    def line_items(self, course: str, tool: str) -> str:
        """The gradebook columns of a course."""
        return self._service(self._paths.line_items, tool, course_id=course)

    def line_item(self, item: LineItem, more: str = "") -> str:
        """One gradebook column, or what lies under it: `more` is `/scores` or `/results`."""
        return self._service(self._paths.line_item + more, item.tool, course_id=item.course, item_id=item.id)

    def memberships(self, course: str, tool: str) -> str:
        """The members of a course; this address has no query."""
        return self._filled(self._paths.memberships, course_id=course, tool_id=tool)

    def groups(self, course: str) -> str:
        """The groups of a course."""
        return self._filled(self._paths.groups, course_id=course)

    def notices(self, tool: str) -> str:
        """Where the tool with this number asks for notices."""
        return self._filled(self._paths.notices, tool_id=tool)

    def _service(self, path: str, tool: str, **parts: str) -> str:
        query = f"?{self._paths.tool_query}={tool}" if self._paths.tool_query else ""
        return self._filled(path, **parts) + query

    def _filled(self, path: str, **parts: str) -> str:
        for name, value in parts.items():
            path = path.replace(f"<{name}>", value)
        return self.issuer + path
