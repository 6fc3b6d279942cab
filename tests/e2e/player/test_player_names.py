"""The names that a packed player shortens are its own: a browser knows none of them."""

from typing import Any

import pytest

from tools.player_names import NAMES

pytestmark = pytest.mark.e2e
KNOWN = """(names) => {
    const known = new Set(), seen = new Set();
    function look(object) {
        for (; object && !seen.has(object); object = Object.getPrototypeOf(object)) {
            seen.add(object);
            Object.getOwnPropertyNames(object).forEach(name => known.add(name));
        }
    }
    look(window);
    look(document.documentElement.style);
    Object.getOwnPropertyNames(window).forEach(name => {
        if (/Storage$/.test(name)) return look(window.Storage.prototype);  // an empty page has none to look at
        const value = window[name];
        if (typeof value === 'function') look(value.prototype);
        if (value && typeof value === 'object') look(value);
    });
    return [known.size, names.filter(name => known.has(name))];
}"""


def test_a_browser_knows_no_name_that_is_shortened(browser: Any) -> None:
    page = browser.new_page()
    try:
        count, known = page.evaluate(KNOWN, [*NAMES, "J"])
    finally:
        page.close()
    assert count > 3000
    assert known == []
