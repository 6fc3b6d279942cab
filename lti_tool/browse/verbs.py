"""Verbs and activities of statements in the words of people, in the language of a page or of a file."""

from collections.abc import Mapping

import msgspec

from lti_tool.browse.rows import Thing, Verb
from lti_tool.browse.texts import shown
from xapi import vocabulary
from xapi.lrs.present import best_language
from xapi.words import translate


class _Definition(msgspec.Struct):
    name: dict[str, str] = {}


_DEFINITION = msgspec.json.Decoder(_Definition)


def verb_names(language: str) -> dict[str, str]:
    """The verbs that Jampel knows, in words, by IRI."""
    return {
        vocabulary.COMPLETED: translate("lti_tool", language, "menyelesaikan"),
        vocabulary.PASSED: translate("lti_tool", language, "lulus"),
        vocabulary.FAILED: translate("lti_tool", language, "tidak lulus"),
        vocabulary.ATTENDED: translate("lti_tool", language, "menghadiri"),
        vocabulary.INITIALIZED: translate("lti_tool", language, "memulai"),
        vocabulary.TERMINATED: translate("lti_tool", language, "menutup"),
        vocabulary.EXPERIENCED: translate("lti_tool", language, "membuka"),
        vocabulary.ANSWERED: translate("lti_tool", language, "menjawab"),
        vocabulary.VERB_REVIEWED: translate("lti_tool", language, "meninjau"),
        vocabulary.VOIDED: translate("lti_tool", language, "membatalkan"),
    }


def verb_name(found: Verb, language: str) -> str:
    """A verb in words: ours, the statement's own, or the end of its IRI."""
    own = verb_names(language).get(found.id) or best_text(found.display, language)
    return own or shown(found.id.rstrip("/#").rpartition("/")[2]) or shown(found.id)


def activity_name(thing: Thing, definition: bytes | None, language: str) -> str:
    """What an activity is called, by its canonical `definition` (JSON) or by the statement; empty when nobody says."""
    try:
        known = _DEFINITION.decode(definition).name if definition else {}
    except msgspec.MsgspecError:
        known = {}
    return best_text(known or thing.definition.name, language)


def best_text(texts: Mapping[str, str], language: str) -> str:
    """The text of a language map that fits `language` best, as it can be shown."""
    return shown(texts[best_language(list(texts), [language])]) if texts else ""
