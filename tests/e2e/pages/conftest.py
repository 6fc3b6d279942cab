"""The houses of this folder, one of each for a process."""

from collections.abc import Iterator

import pytest

from tests.e2e.pages.house import House, empty_house, full_house, sso_house


@pytest.fixture(scope="session")
def houses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, House]]:
    makers = {"full": full_house, "empty": empty_house, "sso": sso_house}
    found = {name: make(tmp_path_factory.mktemp(name)) for name, make in makers.items()}
    yield found
    for house in found.values():
        house.site.close()
