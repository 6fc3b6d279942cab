"""multipart/mixed as we write it is multipart/mixed as we, and others, read it."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from xapi.lrs.attachments import Content
from xapi.lrs.parts import is_sha2_of, write_parts
from xapi.lrs.web.multipart import read_parts


@given(st.binary(max_size=200), st.lists(st.binary(max_size=200), unique=True, max_size=4))
def test_what_is_written_is_read_back(statements, contents):
    named = {hashlib.sha256(content).hexdigest(): content for content in contents}
    kind, body = write_parts(statements, [Content(sha2, "text/plain", content) for sha2, content in named.items()])
    sent = read_parts(kind, body)
    assert (sent.statements, sent.contents) == (statements, named)


def test_the_boundary_keeps_to_70_characters():
    """RFC 2046 5.1.1."""
    kind, _ = write_parts(b"[]", [])
    assert len(kind.partition("boundary=")[2]) <= 70


def test_a_sha2_fits_by_its_length():
    assert is_sha2_of(hashlib.sha512(b"a").hexdigest(), b"a")
    assert not is_sha2_of(hashlib.sha256(b"a").hexdigest(), b"b")
    assert not is_sha2_of(hashlib.md5(b"a").hexdigest(), b"a")
