"""`python -m lti_tool.cli`, for processes that Jampel starts itself."""

from lti_tool.cli import main

main(prog_name="jampel")
