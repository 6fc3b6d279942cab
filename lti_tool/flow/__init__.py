"""The sign-in flows between login and launch: state, nonce and browser, each usable once."""

from lti_tool.flow.store import Flow, FlowStore, OpenedFlow, WaitingFlow

__all__ = ["Flow", "FlowStore", "OpenedFlow", "WaitingFlow"]
