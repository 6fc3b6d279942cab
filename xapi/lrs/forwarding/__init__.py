"""Forwarding of statements to other LRSs: durable, filtered, resumed where it stopped (province to national)."""

from xapi.lrs.forwarding.desk import ForwardDesk
from xapi.lrs.forwarding.forwarder import Forwarder
from xapi.lrs.forwarding.seal import Sealer
from xapi.lrs.forwarding.store import ForwardStore
from xapi.lrs.forwarding.target import Held, NewTarget, Target

__all__ = ["ForwardDesk", "ForwardStore", "Forwarder", "Held", "NewTarget", "Sealer", "Target"]
