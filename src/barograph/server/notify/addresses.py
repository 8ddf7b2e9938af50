"""Which addresses messages may be sent to: a channel is set by people, and must not become a way into the network.

The address that is checked is the one that is connected to, so that a name cannot answer otherwise in between.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any, Final

from barograph.server.notify.errors import ForbiddenAddress

#: Of one attempt, from looking up the name to the end of the answer.
TIMEOUT_SECONDS: Final = 15.0
#: Clouds' metadata services that are in no link-local network.
_METADATA: Final = frozenset({"fd00:ec2::254", "100.100.100.200", "192.0.0.192"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What messages may reach.

    Attributes
    ----------
    private : whether this machine's own and private addresses may be reached; those of link-local networks and of
        clouds' metadata services never are.
    timeout_seconds : of one attempt.
    look_up : finds a name's addresses, as `socket.getaddrinfo`.
    """

    private: bool = True
    timeout_seconds: float = TIMEOUT_SECONDS
    look_up: Callable[..., Sequence[tuple[Any, ...]]] = socket.getaddrinfo


def check_address(address: str, *, host: str, reach: Reach) -> None:
    """Refuse an address that must not be reached.

    Raises
    ------
    ForbiddenAddress

    Examples
    --------
    >>> check_address("192.0.2.1", host="example.org", reach=Reach())
    >>> try:
    ...     check_address("169.254.169.254", host="metadata", reach=Reach())
    ... except ForbiddenAddress as error:
    ...     print(error)
    'metadata' is 169.254.169.254, a link-local or metadata address, which messages are never sent to.
    """
    found = _unmapped(ip_address(address.partition("%")[0]))
    where = f"{host!r} is {found}"
    if found.is_link_local or str(found) in _METADATA:
        raise ForbiddenAddress(
            f"{where}, a link-local or metadata address, which messages are never sent to."
        )
    if found.is_unspecified or found.is_multicast:
        raise ForbiddenAddress(f"{where}, which is the address of no receiver.")
    if not reach.private and not found.is_global:
        raise ForbiddenAddress(
            f"{where}, a private address; messages are sent there only where the setting notify_private_addresses "
            "allows it."
        )


def check_host(host: str, *, reach: Reach) -> None:
    """Refuse a host with an address that must not be reached; raises ForbiddenAddress, or OSError for no address."""
    for _, _, _, _, (address, *_) in reach.look_up(host, None, type=socket.SOCK_STREAM):
        check_address(str(address), host=host, reach=reach)


def connected(host: str, port: int, *, reach: Reach) -> socket.socket:
    """A connection to a host, whose address was checked.

    Raises
    ------
    ForbiddenAddress
        Where any of its addresses must not be reached.
    OSError
        Where it cannot be reached.
    """
    found = reach.look_up(host, port, type=socket.SOCK_STREAM)
    for _, _, _, _, (address, *_) in found:
        check_address(str(address), host=host, reach=reach)
    failure: OSError = OSError(f"{host!r} has no address")
    for family, kind, protocol, _, place in found:
        held = socket.socket(family, kind, protocol)
        held.settimeout(reach.timeout_seconds)
        try:
            held.connect(place)
        except OSError as error:
            held.close()
            failure = error
        else:
            return held
    raise failure


def _unmapped(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """An IPv4 address that is written as IPv6, as what it is."""
    if isinstance(address, IPv6Address):
        return address.ipv4_mapped or (address.sixtofour or address)
    return address
