"""Valid statements of great variety, from a seed: every kind of actor, object, result, context and attachment."""

import json
import random
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

Made = dict[str, Any]
_POOLS = json.loads((Path(__file__).parent / "pools.json").read_text())
SIGNS, LANGUAGES, IRIS, IRLS, TIMES, DURATIONS, MEDIA = (
    _POOLS[f"good {name}"] for name in ("signs", "languages", "iris", "irls", "times", "durations", "media")
)
COMPONENTS = {"choice": ["choices"], "sequencing": ["choices"], "likert": ["scale"], "matching": ["source", "target"],
              "performance": ["steps"]}  # fmt: skip
INTERACTIONS = ["true-false", "fill-in", "long-fill-in", "numeric", "other", *COMPONENTS]


class Base:
    """Makes valid statements of one version from one source of chance."""

    def __init__(self, source: random.Random, version: str) -> None:
        self._source = source
        self._version = version

    def statement(self) -> Made:
        """One statement."""
        statement = self._core(self._object)
        self._maybe(
            statement, 0.5, id=self._uuid, version=self._its_version, stored=self._time, authority=self._authority
        )
        return self._shuffled(statement)

    def _core(self, thing: Callable[[], Made]) -> Made:
        statement = {"actor": self._actor(), "verb": self._verb(), "object": thing()}
        about_activity = statement["object"].get("objectType", "Activity") == "Activity"
        self._maybe(
            statement, 0.5, result=self._result, context=lambda: self._context(about_activity), timestamp=self._time
        )
        self._maybe(statement, 0.2, attachments=lambda: self._some(self._attachment, 0, 3))
        if statement["object"].get("objectType") == "StatementRef":
            self._maybe(statement, 0.3, verb=lambda: {"id": "http://adlnet.gov/expapi/verbs/voided"})
        return statement

    def _object(self) -> Made:
        kinds = [self._activity, self._activity, self._activity, self._inner_object, self._substatement]
        return self._source.choice(kinds)()

    def _inner_object(self) -> Made:
        kinds: list[Callable[[], Made]] = [
            self._activity, lambda: {"objectType": "Agent", **self._agent()}, self._group, self._reference,
        ]  # fmt: skip
        return self._source.choice(kinds)()

    def _substatement(self) -> Made:
        return {"objectType": "SubStatement", **self._core(self._inner_object)}

    def _actor(self) -> Made:
        return self._agent() if self._source.random() < 0.75 else self._group()

    def _agent(self) -> Made:
        agent = self._identified()
        self._maybe(agent, 0.4, objectType=lambda: "Agent", name=self._text)
        return agent

    def _group(self) -> Made:
        group: Made = {"objectType": "Group"}
        if self._source.random() < 0.5:
            group |= {"member": self._some(self._agent, 1, 3)}
        else:
            group |= self._identified()
            self._maybe(group, 0.4, member=lambda: self._some(self._agent, 0, 3))
        self._maybe(group, 0.4, name=self._text)
        return group

    def _identified(self) -> Made:
        number = self._source.randrange(10**6)
        return self._source.choice(
            [
                {"mbox": f"mailto:orang{number}@example.com"},
                {"mbox_sha1sum": f"{number:040x}"},
                {"openid": f"https://openid.example.com/{number}"},
                {"account": {"homePage": self._source.choice(IRLS), "name": f"akun {number}"}},
                {"account": {"name": f"{number:x}ꦗ", "homePage": "https://w3id.org/jampel/instansi/1"}},
            ]
        )

    def _authority(self) -> Made:
        if self._source.random() < 0.7:
            return self._agent()
        return {"objectType": "Group", "member": [self._agent(), self._agent()]}

    def _verb(self) -> Made:
        verb = {"id": self._source.choice(IRIS)}
        self._maybe(verb, 0.6, display=self._language_map)
        return verb

    def _activity(self) -> Made:
        activity = {"id": self._source.choice(IRIS)}
        self._maybe(activity, 0.5, objectType=lambda: "Activity", definition=self._definition)
        return activity

    def _definition(self) -> Made:
        definition: Made = {}
        self._maybe(
            definition, 0.5, name=self._language_map, description=self._language_map, extensions=self._extensions,
            type=lambda: self._source.choice(IRIS), moreInfo=lambda: self._source.choice(IRLS),
        )  # fmt: skip
        if self._source.random() < 0.4:
            kind = self._source.choice(INTERACTIONS)
            definition["interactionType"] = kind
            self._maybe(definition, 0.5, correctResponsesPattern=lambda: self._some(self._text, 0, 3))
            for name in COMPONENTS.get(kind, []):
                definition[name] = [self._component(place) for place in range(self._source.randrange(4))]
        return definition

    def _component(self, place: int) -> Made:
        component = {"id": f"{self._source.choice('abc')}{place}"}
        self._maybe(component, 0.5, description=self._language_map)
        return component

    def _reference(self) -> Made:
        return {"objectType": "StatementRef", "id": self._uuid()}

    def _result(self) -> Made:
        result: Made = {}
        self._maybe(
            result, 0.5, score=self._score, success=self._flag, completion=self._flag, response=self._text,
            duration=lambda: self._source.choice(DURATIONS), extensions=self._extensions,
        )  # fmt: skip
        return result

    def _score(self) -> Made:
        low, raw, high = sorted(self._source.sample(range(-1000, 1000), 3))
        score: Made = {}
        self._maybe(
            score, 0.6, scaled=lambda: self._source.choice([-1, 0, 1, 0.5, -0.25, 0.333333333333]), raw=lambda: raw / 4,
            min=lambda: low / 4, max=lambda: high / 4,
        )  # fmt: skip
        return score

    def _context(self, about_activity: bool) -> Made:
        context: Made = {}
        self._maybe(
            context, 0.4, registration=self._uuid, instructor=self._actor, team=self._group,
            statement=self._reference, contextActivities=self._around, extensions=self._extensions,
            language=lambda: self._source.choice(LANGUAGES),
        )  # fmt: skip
        if about_activity:
            self._maybe(context, 0.4, revision=self._text, platform=self._text)
        if self._version != "1.0.3":
            self._maybe(context, 0.3, contextAgents=self._people("Agent"), contextGroups=self._people("Group"))
        return context

    def _around(self) -> Made:
        kinds: Made = {}
        for kind in ("parent", "grouping", "category", "other"):
            single = self._source.random() < 0.3
            self._maybe(kinds, 0.5, **{kind: self._activity if single else lambda: self._some(self._activity, 0, 3)})
        return kinds

    def _people(self, kind: str) -> Callable[[], list[Made]]:
        make = self._agent if kind == "Agent" else self._group

        def one() -> Made:
            person = {"objectType": f"context{kind}", kind.lower(): make()}
            self._maybe(person, 0.5, relevantTypes=lambda: self._some(lambda: self._source.choice(IRIS), 1, 3))
            return person

        return lambda: self._some(one, 0, 3)

    def _attachment(self) -> Made:
        attachment = {
            "usageType": self._source.choice(IRIS), "display": self._language_map(),
            "contentType": self._source.choice(MEDIA), "length": self._source.randrange(10**9),
            "sha2": f"{self._source.getrandbits(224):0{self._source.choice([56, 64, 96, 128])}x}",
            "fileUrl": self._source.choice(IRLS),
        }  # fmt: skip
        self._maybe(attachment, 0.4, description=self._language_map)
        return attachment

    def _extensions(self) -> Made:
        return {self._source.choice(IRIS): self._anything(0) for _ in range(self._source.randrange(3))}

    def _anything(self, depth: int) -> Any:
        plain = [None, True, False, 0, -1, 1.5, "", self._text(), 10**20, 1e-7]
        if depth > 3 or self._source.random() < 0.6:
            return self._source.choice(plain)
        if self._source.random() < 0.5:
            return [self._anything(depth + 1) for _ in range(self._source.randrange(3))]
        return {self._text(): self._anything(depth + 1) for _ in range(self._source.randrange(3))}

    def _language_map(self) -> Made:
        return {tag: self._text() for tag in self._source.sample(LANGUAGES, self._source.randrange(4))}

    def _text(self) -> str:
        return "".join(self._source.choice(SIGNS) for _ in range(self._source.randrange(8)))

    def _uuid(self) -> str:
        text = str(uuid.UUID(int=self._source.getrandbits(128), version=4))
        return text.upper() if self._source.random() < 0.2 else text

    def _time(self) -> str:
        return self._source.choice(TIMES)

    def _flag(self) -> bool:
        return self._source.random() < 0.5

    def _its_version(self) -> str:
        return self._source.choice(["1.0.0", "1.0.3", "1.0", *(["2.0.0"] if self._version == "2.0.0" else [])])

    def _some(self, make: Callable[[], Any], least: int, most: int) -> list[Any]:
        return [make() for _ in range(self._source.randint(least, most))]

    def _maybe(self, into: Made, chance: float, **makers: Callable[[], Any]) -> None:
        for name, make in makers.items():
            if self._source.random() < chance:
                into[name] = make()

    def _shuffled(self, made: Made) -> Made:
        keys = list(made)
        self._source.shuffle(keys)
        return {key: made[key] for key in keys}
