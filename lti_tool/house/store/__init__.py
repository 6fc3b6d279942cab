"""The stores of the household database, one for each kind of row."""

from sqlalchemy import Engine

from lti_tool.house.store.accounts import AccountStore
from lti_tool.house.store.builds import BuildStore
from lti_tool.house.store.identities import IdentityStore
from lti_tool.house.store.institutions import InstitutionStore
from lti_tool.house.store.modules import ModuleStore
from lti_tool.house.store.sessions import SessionStore
from lti_tool.house.store.sign_on_logouts import EndedSession, SignOnLogoutStore
from lti_tool.house.store.staff_log import StaffLog
from lti_tool.house.store.usage import UsageStore
from lti_tool.house.store.versions import VersionStore

__all__ = [
    "AccountStore",
    "BuildStore",
    "EndedSession",
    "House",
    "IdentityStore",
    "InstitutionStore",
    "ModuleStore",
    "SessionStore",
    "SignOnLogoutStore",
    "StaffLog",
    "UsageStore",
    "VersionStore",
]


class House:
    """All household stores of one institution.

    `engine` is the opened and migrated database (`migrate(engine, "lti_tool.house")`), `institution` the id (32 hex).
    `versions` and `usage` also read the links of learners, so they want `lti_tool.store` migrated in it.
    """

    def __init__(self, engine: Engine, institution: str) -> None:
        self.institution = institution
        self.institutions = InstitutionStore(engine)
        self.accounts = AccountStore(engine, institution)
        self.identities = IdentityStore(engine, institution)
        self.sessions = SessionStore(engine, institution)
        self.sign_on_logouts = SignOnLogoutStore(engine, institution)
        self.modules = ModuleStore(engine, institution)
        self.builds = BuildStore(engine, institution)
        self.versions = VersionStore(engine, institution)
        self.usage = UsageStore(engine, institution)
        self.log = StaffLog(engine, institution)
