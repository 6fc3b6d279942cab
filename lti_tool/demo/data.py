"""Fills a data folder for the demo: modules, synthetic people, a year of varied records, a platform, a sandbox."""

from datetime import datetime
from random import Random

from rich.progress import Progress

from lti_tool.accounts import Accounts
from lti_tool.console import TALK, words
from lti_tool.demo.places import Places, example_modules
from lti_tool.sandbox.addresses import Addresses
from lti_tool.sandbox.config import Lms, SandboxConfig, write_config
from lti_tool.sandbox.model import LEARNER, TEACHER, Course, Tool, User
from lti_tool.sandbox.personality import load_personality
from lti_tool.services import Services, open_services
from lti_tool.settings import Settings
from lti_tool.store import NewPlatform
from lti_tool.worker import Work
from xapi.audit.simulate import simulate_year, synthetic_roster
from xapi.people import Employee

SEED = 20
EMPLOYEES, OPDS = 60, 5
LEARNERS = 6
#: The client id by personality: to the tool they are two platforms, also when one demo folder sees both.
CLIENT_IDS: dict[Lms, str] = {"strict": "jampel-demo", "moodle": "jampel-demo-moodle"}
#: The launch profile by personality.
PROFILES: dict[Lms, str] = {"strict": "generic", "moodle": "moodle"}
DEPLOYMENT = "1"


def prepare(settings: Settings, places: Places, lms: Lms = "strict") -> str:
    """Everything the demo starts from; doing it again changes nothing. `lms` is the personality of the sandbox LMS.

    Returns a one-time link for the first admin.
    """
    with open_services(settings) as services, Progress(console=TALK, transient=True) as progress:
        task = progress.add_task(words("Menyiapkan data contoh"), total=len(example_modules()) + 3)
        for folder in example_modules():
            services.library.publish(folder)
            progress.advance(task)
        employees = _people(services)
        progress.advance(task)
        _records(services, employees)
        progress.advance(task)
        register_sandbox(services, places, employees, lms)
        progress.advance(task)
        token = Accounts(services.house, services.clock, services.ids).first_admin_link()
    return f"{places.tool}/awal/{token}"


def _people(services: Services) -> list[Employee]:
    today = services.today
    if not services.people.roster(today):
        first = today.replace(month=1, day=1)
        services.people.apply_roster(synthetic_roster(EMPLOYEES, OPDS, SEED), first, keep_good=False)
    return services.people.roster(today)


def _records(services: Services, employees: list[Employee]) -> None:
    """A year of records through the recorder, as other systems would have sent them; none twice."""
    today = services.clock().astimezone(services.zone)
    if services.statements.after(services.institution.id, 0, 1):
        return
    home_page = services.people.home_page
    learners = employees[LEARNERS:]  # those of the sandbox begin without the modules they can learn there
    others = employees[:LEARNERS]
    made = [
        *simulate_year(learners, today.year, SEED, services.library.list(), home_page=home_page, today=today),
        *simulate_year(others, today.year, SEED + 1, [], home_page=home_page, today=today),
    ]
    by_source: dict[str, list[dict[str, object]]] = {}
    for statement, source in made:
        by_source.setdefault(source, []).append(statement)
    for source, statements in by_source.items():
        services.recorder.record_all(statements, source)
    work = Work(services, Random(SEED))  # noqa: S311
    while work.run_once():
        pass


def register_sandbox(services: Services, places: Places, employees: list[Employee], lms: Lms) -> None:
    """The sandbox LMS knows the tool, and the tool knows the sandbox."""
    now: datetime = services.clock()
    client_id = CLIENT_IDS[lms]
    if services.lti.platforms.find(places.sandbox, client_id) is None:
        addresses = Addresses(places.sandbox, load_personality(lms).paths)
        new = NewPlatform(
            name="LMS Contoh",
            issuer=places.sandbox,
            client_id=client_id,
            auth_url=addresses.of("auth"),
            token_url=addresses.of("token"),
            jwks_url=addresses.of("jwks"),
            profile=PROFILES[lms],
        )
        platform = services.lti.platforms.add(new, services.ids().hex, now)
        services.lti.deployments.approve(platform.id, DEPLOYMENT, now)
    tool = Tool(
        client_id,
        DEPLOYMENT,
        f"{places.tool}/lti/login",
        f"{places.tool}/lti/launch",
        f"{places.tool}/lti/jwks",
        scopes=load_personality(lms).scopes,
    )
    learners = [User(f"asn-{n}", one.name, LEARNER, one.nip) for n, one in enumerate(employees[:LEARNERS], 1)]
    users = (
        User("pengajar", "Widyaiswara Contoh", TEACHER),
        *learners,
        User("tanpa-nip", "Peserta Tanpa NIP", LEARNER),
    )
    course = Course("bangkom", "BANGKOM", "Pengembangan Kompetensi ASN")
    write_config(services.settings.data, SandboxConfig(places.sandbox, tool, (course,), users, lms))
