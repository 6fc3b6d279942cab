"""The application of the sandbox LMS, for a server process of the demo."""

from lti_tool.sandbox.config import open_platform
from lti_tool.sandbox.web import create_sandbox
from lti_tool.settings import load_settings, preferred_language
from lti_tool.web.asgi import Gateway

platform = open_platform(load_settings().data)
platform.speak(preferred_language())
# It has no LRS: there is no sender to let in, and every page runs in a thread.
gateway = Gateway(create_sandbox(platform), lambda _environ: False, 0, in_loop=False)
