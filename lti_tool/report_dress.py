"""What printed reports of this installation wear: the letterhead and signature block of the settings."""

from lti_tool.services import Services
from xapi.audit.report_dress import Dress, Signature


def dress_of(services: Services) -> Dress:
    """Letterhead and signature block as set, made now."""
    given = services.settings.report
    return Dress(
        made_at=services.clock().astimezone(services.zone),
        institution=services.institution.name,
        letterhead=given.letterhead,
        signature=Signature(
            place=given.place, office=given.signer_office, name=given.signer_name, below=given.signer_below
        ),
    )
