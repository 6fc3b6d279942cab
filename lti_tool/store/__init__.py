"""What the tool keeps: platforms, deployments, its own keys, launches, scores, the launch audit, runs with systems."""

from sqlalchemy import Engine

from lti_tool.store.adapter_pushes import AdapterPushStore
from lti_tool.store.adapter_runs import AdapterRunStore
from lti_tool.store.audit import AuditLine, AuditStore
from lti_tool.store.debugging import DebugRow, DebugStore
from lti_tool.store.deployments import Deployment, DeploymentStore
from lti_tool.store.invites import Invite, InviteStore
from lti_tool.store.jwks_fetches import JwksFetch, JwksFetchStore
from lti_tool.store.kept import KeptStore
from lti_tool.store.launch_list import launch_list
from lti_tool.store.launches import LaunchLine, LaunchStore, Link
from lti_tool.store.notices import Arrival, Handler, NoticeStore
from lti_tool.store.observed import Observed, ObservedStore
from lti_tool.store.platforms import NewPlatform, Platform, PlatformStore
from lti_tool.store.registrations import Entry, RegistrationStore
from lti_tool.store.samples import SampleStore
from lti_tool.store.score_lists import ScoreLists, Undelivered
from lti_tool.store.scores import PendingScore, Reached, ScoreStore
from lti_tool.store.subject import SubjectStore
from lti_tool.store.tool_keys import SealedKey, ToolKeyStore

__all__ = [
    "Arrival",
    "AuditLine",
    "DebugRow",
    "Deployment",
    "Entry",
    "Handler",
    "Invite",
    "JwksFetch",
    "LaunchLine",
    "Link",
    "LtiStore",
    "NewPlatform",
    "Observed",
    "PendingScore",
    "Platform",
    "Reached",
    "SealedKey",
    "Undelivered",
]


class LtiStore:
    """The LTI tables of one institution, a store for each noun; `engine` is migrated with `lti_tool.store`."""

    def __init__(self, engine: Engine, institution: str) -> None:
        self.institution = institution
        self.platforms = PlatformStore(engine, institution)
        self.deployments = DeploymentStore(engine, institution)
        self.keys = ToolKeyStore(engine, institution)
        self.jwks_fetches = JwksFetchStore(engine, institution)
        self.kept = KeptStore(engine, institution)
        self.subjects = SubjectStore(engine, institution)
        self.launches = LaunchStore(engine, institution)
        self.launch_list = launch_list(engine, institution)
        self.scores = ScoreStore(engine, institution)
        self.score_lists = ScoreLists(engine, institution)
        self.audit = AuditStore(engine, institution)
        self.invites = InviteStore(engine, institution)
        self.registrations = RegistrationStore(engine, institution)
        self.debug = DebugStore(engine, institution)
        self.samples = SampleStore(engine, institution)
        self.observed = ObservedStore(engine, institution)
        self.notices = NoticeStore(engine, institution)
        self.adapter_runs = AdapterRunStore(engine, institution)
        self.adapter_pushes = AdapterPushStore(engine, institution)
