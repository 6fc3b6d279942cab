"""The benchmark's statements: the same in every run, each a pure function of its number, about 1.4 kB of JSON.

Learners and modules grow with the store, so that a larger store also has more people. Nothing is drawn from a
generator's state: statement 4,000,000 costs no more than statement 1, and the ids of a filled store need not be kept.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

SECONDS_APART = 6
"""Between two statements of a filled store, by its clock: 5 million are within a year."""
PER_PERSON = 75
"""Statements of one learner, on average."""
QUESTIONS = 10
_MASK = (1 << 64) - 1
_HOME = "https://lms.example.go.id"
_MODULES = f"{_HOME}/modul"
_TYPES = "http://adlnet.gov/expapi/activities"
_VERBS = "http://adlnet.gov/expapi/verbs"
_DESCRIPTION = (
    "Cara melayani masyarakat dengan cepat, ramah dan tepat di loket maupun daring, tanpa pungutan apa pun juga."
)


class Verb(NamedTuple):
    """A verb of the corpus; `share` is in 100,000 statements."""

    id: str
    words: tuple[str, str]
    share: int


PROGRESSED = Verb(f"{_VERBS}/progressed", ("melanjutkan", "progressed"), 38_000)
ANSWERED = Verb(f"{_VERBS}/answered", ("menjawab", "answered"), 26_000)
COMPLETED = Verb(f"{_VERBS}/completed", ("menyelesaikan", "completed"), 16_000)
PASSED = Verb(f"{_VERBS}/passed", ("lulus", "passed"), 14_000)
INITIALIZED = Verb(f"{_VERBS}/initialized", ("memulai", "initialized"), 5_998)
RARE = Verb(f"{_VERBS}/mastered", ("menguasai", "mastered"), 2)
VERBS = (PROGRESSED, ANSWERED, COMPLETED, PASSED, INITIALIZED, RARE)


class Person(NamedTuple):
    """An account; `json` is the Agent as it stands in statements and in the parameter `agent`."""

    name: str

    @property
    def json(self) -> str:
        """The Agent."""
        return f'{{"objectType":"Agent","account":{{"homePage":"{_HOME}","name":"{self.name}"}}}}'


EVERYWHERE = Person("pengajar-pusat")
"""Instructor in every fourth module, so in about a fifth of all statements; never in one of an answered question."""


def mixed(number: int) -> int:
    """64 well mixed bits of `number` (splitmix64)."""
    z = (number + 1) * 0x9E3779B97F4A7C15 & _MASK
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & _MASK
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB & _MASK
    return z ^ (z >> 31)


def people(count: int) -> int:
    """How many learners a store of `count` statements has."""
    return 500 + count // PER_PERSON


def modules(count: int) -> int:
    """How many modules a store of `count` statements has."""
    return 120 + count // (PER_PERSON * 60)


def learner(number: int) -> Person:
    """Learner `number`."""
    return Person(f"{mixed(number << 3 | 1):016x}{mixed(number << 3 | 2):016x}")


def module_iri(number: int) -> str:
    """The activity id of module `number`."""
    return f"{_MODULES}/{number:05d}"


def statement_id(number: int) -> str:
    """The id of statement `number`, a version 4 UUID."""
    return _uuid(mixed(number << 3 | 3), mixed(number << 3 | 4))


def statement(number: int) -> bytes:
    """Statement `number` as JSON."""
    return _statement(number, statement_id(number))


def batch(start: int, count: int) -> bytes:
    """Statements `start` to `start + count` as a JSON list."""
    return b"[%b]" % b",".join([statement(number) for number in range(start, start + count)])


def pieces(start: int, count: int) -> Iterator[bytes]:
    """Statements without their ids: each gives what stands before the id and what follows it."""
    for number in range(start, start + count):
        yield from _statement(number, "\0").split(b"\0")


def _uuid(high: int, low: int) -> str:
    text = f"{high:016x}{low:016x}"
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-{'89ab'[low >> 62]}{text[17:20]}-{text[20:]}"


def _statement(number: int, own_id: str) -> bytes:
    dice, more = mixed(number << 3), mixed(number << 3 | 5)
    person, slot = (dice & 0xFFFFFFFF) * people(number) >> 32, more % 3
    actor, registration, module = _enrolment(person, slot)
    verb = _verb((dice >> 32) * 100_000 >> 32)
    around = _around(module, (more >> 8) % QUESTIONS if verb is ANSWERED else -1, verb.id)
    return (
        f'{{"id":"{own_id}","actor":{actor},{around[0]},"result":{_result(verb, more >> 16)},'
        f'"context":{{"registration":"{registration}",{around[1]}}},"timestamp":"{_timestamp(number)}"}}'
    ).encode()


@lru_cache(maxsize=300_000)
def _enrolment(person: int, slot: int) -> tuple[str, str, int]:
    """What one learner is in: the actor, the registration, the module."""
    key = (person * 3 + slot) << 3
    registration = _uuid(mixed(key | 6), mixed(key | 7))
    return learner(person).json, registration, mixed(key) % modules(person * PER_PERSON)


@lru_cache(maxsize=1024)
def _verb(share: int) -> Verb:
    for verb in VERBS:
        share -= verb.share
        if share < 0:
            return verb
    raise ValueError("shares of 100,000")


@lru_cache(maxsize=200_000)
def _around(module: int, question: int, verb_id: str) -> tuple[str, str]:
    """Verb and object, and the context without its registration: alike in all statements about the same thing."""
    verb = next(one for one in VERBS if one.id == verb_id)
    iri = module_iri(module)
    curriculum = f'{{"id":"{_HOME}/kurikulum/{module % 12:02d}"}}'
    parent = curriculum if question < 0 else f'{{"id":"{iri}","definition":{{"type":"{_TYPES}/module"}}}}'
    teacher = EVERYWHERE if module % 4 == 0 and question < 0 else Person(f"pengajar-{module % 97:02d}")
    said = f'"verb":{{"id":"{verb.id}","display":{{"id":"{verb.words[0]}","en-US":"{verb.words[1]}"}}}}'
    context = (
        f'"instructor":{teacher.json},'
        f'"team":{{"objectType":"Group","account":{{"homePage":"{_HOME}","name":"tim-{module % 40:02d}"}}}},'
        f'"contextActivities":{{"parent":[{parent}],"grouping":[{curriculum}]}},"platform":"Moodle","language":"id",'
        f'"extensions":{{"{_HOME}/ekstensi/opd":"Dinas Kependudukan {module % 35}","{_HOME}/ekstensi/versi":3}}'
    )
    return f'{said},"object":{_thing(module, question)}', context


def _thing(module: int, question: int) -> str:
    iri = module_iri(module)
    if question < 0:
        return (
            f'{{"objectType":"Activity","id":"{iri}","definition":{{"type":"{_TYPES}/module",'
            f'"name":{{"id":"Modul Pelayanan Publik nomor {module}","en-US":"Public service module number {module}"}},'
            f'"description":{{"id":"{_DESCRIPTION}"}}}}}}'
        )
    return (
        f'{{"objectType":"Activity","id":"{iri}#soal-{question}","definition":{{"type":"{_TYPES}/cmi.interaction",'
        f'"name":{{"id":"Soal {question} dari modul {module}"}},"interactionType":"choice",'
        f'"correctResponsesPattern":["b"],"choices":[{{"id":"a","description":{{"id":"Menunda"}}}},'
        f'{{"id":"b","description":{{"id":"Melayani"}}}},{{"id":"c","description":{{"id":"Menolak"}}}}]}}}}'
    )


def _result(verb: Verb, dice: int) -> str:
    minutes, seconds, hundredths = dice % 60, (dice >> 8) % 60, (dice >> 16) % 100
    duration = f'"duration":"PT{minutes}M{seconds}.{hundredths:02d}S"'
    raw = (dice >> 24) % 101
    if verb is ANSWERED:
        return f'{{"response":"{"abc"[raw % 3]}","success":{"true" if raw % 3 == 1 else "false"},{duration}}}'
    if verb is PROGRESSED or verb is INITIALIZED:
        return f'{{"extensions":{{"{_HOME}/ekstensi/kemajuan":{raw}}},"completion":false,{duration}}}'
    score = f'"score":{{"scaled":{raw / 100},"raw":{raw},"min":0,"max":100}}'
    return f'{{{score},"success":true,"completion":true,{duration}}}'


def _timestamp(number: int) -> str:
    """When statement `number` happened: a time of day by its number, in 2025."""
    seconds = number * SECONDS_APART
    day, rest = divmod(seconds, 86_400)
    month, day = divmod(day % 336, 28)
    return (
        f"2025-{month + 1:02d}-{day + 1:02d}T{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}"
        f".{mixed(number) % 1_000_000:06d}+07:00"
    )
