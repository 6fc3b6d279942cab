"""Ports for servers that tests start, which no connection of another test takes before they listen."""

import random
import socket
from contextlib import ExitStack, suppress

#: Below the ports that the kernel gives to outgoing connections (32768 and up): a port from there may become the near
#: end of somebody's connection between the moment it was found free and the moment a server binds it.
PORTS = range(15_000, 32_000)


def free_port() -> int:
    """A port of this machine that nobody has."""
    return free_ports(1)


def free_ports(count: int = 2) -> int:
    """A port that is free together with those after it, `count` in all."""
    chance = random.SystemRandom()  # whoever seeds the random numbers of all processes alike must not make them meet
    while True:
        port = chance.choice(PORTS)
        with ExitStack() as held, suppress(OSError):
            for number in range(count):
                held.enter_context(socket.socket()).bind(("127.0.0.1", port + number))
            return port
