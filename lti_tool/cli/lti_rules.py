"""`jampel lti roles|anonymous|refuse`: whom a platform's launches let in, and as what."""

import click

from lti_tool.cli.installation import open_existing
from lti_tool.console import N_, Command, json_option, option, print_json, say, settings_option
from lti_tool.errors import ToolError
from lti_tool.role_words import headline, meaning_name, reasons
from lti_tool.roles import check_rules, judge
from lti_tool.services import Services
from lti_tool.settings import Settings, preferred_language
from lti_tool.store import Platform


def find_platform(services: Services, platform_id: str) -> Platform:
    """The platform `platform_id`; raises ToolError when there is none."""
    found = services.lti.platforms.get(platform_id)
    if found is None:
        raise ToolError("lti.platform_unknown", platform_id, platform=platform_id)
    return found


@click.command(
    "roles",
    cls=Command,
    help=N_(
        "Tampilkan, ubah, atau uji arti peran sebuah platform.\n\n"
        "Contoh: jampel lti roles PLATFORM --test "
        "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor,Learner"
    ),
)
@click.argument("platform")
@option("--test", "tried", metavar="IRI,IRI", help=N_("Katakan seseorang dengan peran ini menjadi apa, dan mengapa."))
@option(
    "--set", "added", multiple=True, metavar="IRI=ARTI",
    help=N_("Hitung peran ini sebagai learner, teacher, admin, atau none; boleh berulang."),
)  # fmt: skip
@option("--clear", "cleared", multiple=True, metavar="IRI", help=N_("Hapus aturan peran ini; boleh berulang."))
@json_option
@settings_option
def roles(settings: Settings, platform: str, tried: str | None, as_json: bool, **changes: tuple[str, ...]) -> None:
    """Changes rules first, then shows or tries what they say."""
    added, cleared = changes["added"], changes["cleared"]
    with open_existing(settings) as services:
        rules = find_platform(services, platform).role_rules
        if added or cleared:
            kept = [rule for rule in rules if rule[0] not in cleared]
            rules = check_rules([*kept, *(_rule(text) for text in added)])
            services.lti.platforms.set_role_rules(platform, rules)
            say("Aturan peran disimpan. Berlaku mulai peluncuran berikutnya.")
    if tried is None:
        _show_rules(rules, as_json=as_json)
    else:
        _show_verdict(tried, rules, as_json=as_json)


def _rule(text: str) -> tuple[str, str]:
    role, _sign, meaning = text.rpartition("=")
    return role.strip(), meaning.strip()


def _show_rules(rules: tuple[tuple[str, str], ...], *, as_json: bool) -> None:
    if as_json:
        print_json([{"role": role, "meaning": meaning} for role, meaning in rules])
        return
    if not rules:
        say("Belum ada aturan: semua peran berarti seperti biasa.")
    for role, meaning in rules:
        click.echo(f"{role}: {meaning_name(meaning, preferred_language())}")


def _show_verdict(tried: str, rules: tuple[tuple[str, str], ...], *, as_json: bool) -> None:
    verdict, language = judge([role.strip() for role in tried.split(",") if role.strip()], rules), preferred_language()
    why = reasons(verdict, language)
    if as_json:
        print_json({"rights": sorted(verdict.rights), "reasons": [{"role": role, "why": text} for role, text in why]})
        return
    click.echo(headline(verdict, language))
    for role, text in why:
        click.echo(f"  {role}: {text}")


@click.command(
    "anonymous",
    cls=Command,
    help=N_("Terima atau tolak peluncuran tanpa nama (bawaan: tolak).\n\nContoh: jampel lti anonymous PLATFORM on"),
)
@click.argument("platform")
@click.argument("switch", type=click.Choice(["on", "off"]))
@settings_option
def anonymous(settings: Settings, platform: str, switch: str) -> None:
    """Nothing is recorded for a launch without a name, and it earns no JP."""
    with open_existing(settings) as services:
        find_platform(services, platform)
        services.lti.platforms.set_anonymous(platform, switch == "on")
    if switch == "on":
        say("Peluncuran tanpa nama diterima: tanpa pencatatan, tanpa JP.")
    else:
        say("Peluncuran tanpa nama ditolak.")


@click.command(
    "refuse", cls=Command, help=N_("Tolak sebuah deployment.\n\nContoh: jampel lti refuse PLATFORM DEPLOYMENT")
)
@click.argument("platform")
@click.argument("deployment")
@settings_option
def refuse(settings: Settings, platform: str, deployment: str) -> None:
    """Keeps the launches of a deployment out."""
    with open_existing(settings) as services:
        find_platform(services, platform)
        services.lti.deployments.refuse(platform, deployment, services.clock())
    say("Deployment %(deployment)s ditolak.", deployment=deployment)


RULES = (roles, anonymous, refuse)
