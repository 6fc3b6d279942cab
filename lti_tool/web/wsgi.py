"""The WSGI application of the tool, for a server process: the data folder comes from the environment."""

from lti_tool.services import open_services
from lti_tool.settings import load_settings
from lti_tool.web.app import create_app

application = create_app(open_services(load_settings()))
