"""Finds one cookie of ours in the header of a request, without reading all that a browser has gathered."""


class OwnCookies:
    """The cookies in `header`, the `Cookie` field of a request (RFC 6265 section 4.2.1)."""

    def __init__(self, header: str) -> None:
        self._header = header

    def get(self, name: str, default: str = "", /) -> str:
        """The value of the first cookie called `name`, else `default`. Ours are plain words without quotes."""
        wanted = f"{name}="
        for pair in self._header.split(";"):
            found = pair.strip()
            if found.startswith(wanted):
                return found[len(wanted) :]
        return default
