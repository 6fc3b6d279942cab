"""Fetches the tool's public keys for the sandbox LMS."""

import requests

SECONDS = 5


def fetch_jwks(url: str) -> dict[str, object]:
    """The tool's JWK set at `url`; raises requests.RequestException when it cannot be read."""
    answer = requests.get(url, timeout=SECONDS, allow_redirects=False, headers={"User-Agent": "Jampel sandbox LMS"})
    answer.raise_for_status()
    return answer.json()
