"""The sections of the settings: what an operator can set, each with its default."""

from typing import Annotated, Literal

import msgspec


class Server(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[server]`: `base_url` is the address people and platforms reach, without a trailing slash;
    `worker_pause` is how many seconds an idle worker waits before it looks again. `trusted_proxies` are the addresses
    or networks of the reverse proxy that is believed about whom it brings, behind https; without any, this machine."""

    host: str = "127.0.0.1"
    port: int = 8000
    base_url: str = ""
    workers: int = 1
    worker_pause: float = 0.5
    trusted_proxies: tuple[str, ...] = ()


class Database(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[database]`: `url` is a PostgreSQL database (`postgresql://user:password@host/name`) instead of the SQLite files
    of the data folder; `people_url` keeps who the people are in a database of its own (without it, in a schema of its
    own). `url_file` and `people_url_file` name files that hold the URLs, as systemd credentials and container secrets
    are given; a relative path starts at the data folder. `backup_before_upgrade` puts a backup into `backups/` of the
    data folder before a release changes the tables of an older one."""

    url: str = ""
    people_url: str = ""
    url_file: str = ""
    people_url_file: str = ""
    backup_before_upgrade: bool = True

    def __repr__(self) -> str:
        return "Database(…)"  # a URL may hold a password


class Institution(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[institution]`: the name and slug of the first institution, its time zone, and its conversion-table layers;
    `rules_table` is `name version` of a published table to keep instead of the newest; `privacy_contact` is where
    people ask for a copy or the deletion of their data."""

    name: str = "Instansi"
    slug: str = "instansi"
    time_zone: str = "Asia/Jakarta"
    rules: tuple[str, ...] = ()
    rules_table: str = ""
    privacy_contact: str = ""


class Lti(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[lti]`: `private_hosts` lists `host:port` of platforms on a private network that may be called."""

    private_hosts: tuple[str, ...] = ()


class Oidc(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[oidc]`: single sign-on of staff; without an `issuer` there is none. `client_secret_file` holds the secret of a
    confidential client (a relative path starts at the data folder); `name` stands on the button. `roles` are lines
    `group=role` over the groups in `groups_claim`; with `institution_claim` only people with one of
    `institution_values` in it are let in; `nip_claim` names the claim with a learner's NIP.
    `client_auth` is how the client proves itself; empty: by the secret, in the first way that the provider offers."""

    issuer: str = ""
    client_id: str = ""
    client_secret_file: str = ""
    client_auth: Literal["", "client_secret_basic", "client_secret_post", "private_key_jwt"] = ""
    name: str = ""
    scopes: tuple[str, ...] = ()
    groups_claim: str = "groups"
    roles: tuple[str, ...] = ()
    institution_claim: str = ""
    institution_values: tuple[str, ...] = ()
    nip_claim: str = ""


class LrsSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[lrs]`: `cors_origins` lists further origins (`https://lms.example`) whose pages may use the LRS from a browser,
    beside those of registered LMSs; `*` is every page."""

    cors_origins: tuple[str, ...] = ()


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[limits]`, in bytes: one request to the LRS, one with attachments, one with the credential of a module, and one
    uploaded module.

    `module_statements_per_minute` is how many statements one credential of a module may send."""

    lrs_body: int = 8 * 1024 * 1024
    lrs_attachments: int = 32 * 1024 * 1024
    module_body: int = 256 * 1024
    module_statements_per_minute: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 600
    upload: int = 200 * 1024 * 1024


class Log(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[log]`: `format` of the lines on stderr (`auto`: text on a terminal, else JSON), the least `level` that is
    written, and with `access` a line for each request."""

    format: Literal["auto", "json", "text"] = "auto"
    level: Literal["debug", "info", "warning", "error"] = "info"
    access: bool = False


class Metrics(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[metrics]`: who may read `/metrics` and the details of `/healthz/siap`: `local` is this machine or the token in
    `secrets/metrics.token`, `token` only the token, `off` nobody; `auto` is `token` behind an https address, where a
    proxy brings everyone from this machine, and `local` without one."""

    access: Literal["auto", "local", "token", "off"] = "auto"


class Health(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[health]`: the worker is late after `worker_seconds` without a sign of life, stuck after `part_seconds` at one
    piece of work; the disk of the data folder is full below `disk_floor` free bytes."""

    worker_seconds: float = 60.0
    part_seconds: float = 1800.0
    disk_floor: int = 256 * 1024 * 1024


class ReportSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[report]`: what printed reports wear: the lines of the letterhead (kop surat), the first two large, and the
    signature block: `place` before the date, the signer's office and name, and the lines below the name."""

    letterhead: tuple[str, ...] = ()
    place: str = ""
    signer_office: str = ""
    signer_name: str = ""
    signer_below: tuple[str, ...] = ()


class Privacy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[privacy]`: the `legal_basis` of the processing (UU 27/2022 art. 20), and who answers for the protection of
    personal data, with an address (`officer`, art. 53). With `erase_statements` an erasure deletes what the person did
    as well; without it, it stays in the LRS under a pseudonym that is nobody's."""

    legal_basis: str = "UU 27/2022 pasal 20 ayat (2) huruf c dan e; UU 20/2023 pasal 49"
    officer: str = ""
    erase_statements: bool = False


Days = Annotated[int, msgspec.Meta(ge=0, le=36500)]


class Retention(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[retention]`: how many days a class of records is kept, by the institution's archive schedule; 0 is undecided,
    and such records are kept. `statements` since they were stored, `documents` (states and profiles) since they
    changed, `enrolments` (links opened in an LMS, with scores) since the last launch, `people` since the end of the
    last employment. `refusals` is no such class: for how long a receipt tells, record by record, what another system's
    records were refused for; the worker forgets it by itself."""

    statements: Days = 0
    documents: Days = 0
    enrolments: Days = 0
    people: Days = 0
    refusals: Days = 400


class CompetencySettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[competency]`: evidence of a competency counts for `valid_years` (0: for good); with `credits` an accepted
    credit that names a competency counts beside a passed test."""

    valid_years: Annotated[int, msgspec.Meta(ge=0, le=50)] = 0
    credits: bool = True
