"""The WSGI application of the sandbox LMS, for a server process of the demo."""

from lti_tool.sandbox.config import open_platform
from lti_tool.sandbox.web import create_sandbox
from lti_tool.settings import load_settings

application = create_sandbox(open_platform(load_settings().data))
