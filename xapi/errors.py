"""The error tree of Jampel: what happened, as a code a program can read and a person can look up.

    JampelError
    ├── XapiError                      (this package)
    │   ├── StatementError             a statement breaks the standard: where and which clause
    │   ├── LrsError                   a request to the LRS cannot be answered: HTTP status
    │   ├── DatabaseError              a store cannot be opened or migrated
    │   ├── QueueError                 a queued job cannot be handled
    │   ├── RecorderError              a statement cannot be recorded or delivered
    │   ├── ForwardError               statements cannot be forwarded to another LRS
    │   ├── TransferError              statements cannot be exported or imported
    │   │   └── PullError              another LRS does not give its statements
    │   ├── PeopleError                a person or a people file cannot be used
    │   └── AuditError                 a rule table, ledger or report cannot be made
    ├── scorm_packager.errors.PackagerError
    ├── adapters.errors.AdapterError
    └── lti_tool.errors.ToolError

The `code` is stable, dotted, English. `detail` is English for logs and developers. `params` fill the sentence that
`xapi.words.explain` finds for the code in the catalogue of the error's `package`, in Indonesian or English. Neither
detail nor params may ever hold a token, a key or a NIP.
"""


class JampelError(Exception):
    """Something Jampel could not do, with a stable code.

    `code` is the catalogue key of the sentence for people, `detail` is for logs, `params` fill the sentence.
    """

    package = "xapi"

    def __init__(self, code: str, detail: str = "", **params: object) -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail
        self.params = params


class XapiError(JampelError):
    """Base of all errors of the package `xapi`."""


class StatementError(XapiError):
    """A statement breaks the standard.

    `path` is the JSON path of the offending value (`$.actor.mbox`), `clause` the clause of the specification.
    """

    def __init__(self, code: str, detail: str = "", *, path: str = "$", clause: str = "", **params: object) -> None:
        super().__init__(code, detail, path=path, clause=clause, **params)
        self.path = path
        self.clause = clause


class LrsError(XapiError):
    """A request that the LRS refuses; `status` is the HTTP status of the answer."""

    def __init__(self, code: str, detail: str = "", *, status: int = 400, **params: object) -> None:
        super().__init__(code, detail, **params)
        self.status = status


class DatabaseError(XapiError):
    """A database cannot be opened, written or migrated."""


class QueueError(XapiError):
    """A queued job cannot be put, leased or handled."""


class RecorderError(XapiError):
    """A statement cannot be recorded or delivered."""


class ForwardError(XapiError):
    """Statements cannot be forwarded to another LRS: a target is wrong, refuses, or does not answer."""


class TransferError(XapiError):
    """A file of statements cannot be written, read or gone on with."""


class PullError(TransferError):
    """Statements of another LRS cannot be read: it refuses, does not answer, or answers with something else."""


class PeopleError(XapiError):
    """A person, a NIP or a people file cannot be used."""


class AuditError(XapiError):
    """A rule table, a ledger or a report cannot be made."""
