"""Who asks: the address that a request really comes from, and the browser session, which together are a visitor."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulation.declared.parameters import InputError

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
SESSION = "solara-session-id"  # the cookie by which Solara knows a browser
ADDRESS = "x-groundswell-address"  # the header in which the guard tells pages the address; whatever a client sends there is dropped
_SESSION_ID = re.compile(r"[0-9A-Za-z-]{8,64}")


@dataclass(frozen=True)
class Visitor:
    """A browser session and where it comes from.

    Attributes:
        session: identity of the session; empty for a program without cookies.
        address: of the client, of IPv6 the network of one site (/64); empty where it is not known.
    """

    session: str = ""
    address: str = ""


NOBODY = Visitor()


def networks(given: Sequence[str]) -> tuple[Network, ...]:
    """Return addresses and networks of trusted proxies.

    Raises:
        InputError: one is neither.
    """
    found = []
    for text in given:
        try:
            found.append(ipaddress.ip_network(text.strip(), strict=False))
        except ValueError:
            raise InputError(
                f"--trusted-proxy: '{text}'; allowed: an address or a network, such as 10.0.0.5 or 10.0.0.0/24"
            ) from None
    return tuple(found)


def address_of(peer: str, headers: Mapping[str, str], trusted: Sequence[Network]) -> str:
    """Return the address of the client: of the connection, or what a trusted proxy says of it.

    Each proxy appends whom it was asked by to `X-Forwarded-For`, so that the last address that is no trusted proxy's is the client's; whatever stands
    before it was written by the client.
    """
    for text in (peer, *reversed(headers.get("x-forwarded-for", "").split(","))):
        one = parsed(text)
        if one is None:
            return peer
        if not any(one in network for network in trusted):
            return site(str(one))
        peer = str(one)
    return site(peer)


def parsed(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return an address given alone, in brackets or with a port; None for what is none."""
    bare = re.sub(r"^\[(.*)\](?::\d+)?$|^(\d+\.\d+\.\d+\.\d+):\d+$", r"\1\2", text.strip())
    try:
        found = ipaddress.ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def site(address: str) -> str:
    """Return an address, of IPv6 the network that one site has."""
    one = parsed(address)
    return (
        str(ipaddress.ip_network(f"{one}/64", strict=False))
        if isinstance(one, ipaddress.IPv6Address) and not one.is_loopback
        else address
    )


def readable(session: str) -> bool:
    """Return True for what may be the identity of a session."""
    return _SESSION_ID.fullmatch(session) is not None


def visitor(scope: Any) -> Visitor:
    """Return who sent a request that the guard let pass."""
    state = scope.get("state") or {}
    return state.get("visitor", Visitor())
