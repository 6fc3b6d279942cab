"""What every page needs at hand: the services of the running tool and the staff accounts."""

from typing import TYPE_CHECKING

from flask import current_app

from lti_tool.accounts import Accounts

if TYPE_CHECKING:
    from lti_tool.services import Services

SERVICES = "jampel"
ACCOUNTS = "jampel_accounts"


def services() -> "Services":
    """The services of this application."""
    found: Services = current_app.extensions[SERVICES]
    return found


def accounts() -> Accounts:
    """The staff accounts of this application's institution."""
    found: Accounts = current_app.extensions[ACCOUNTS]
    return found
