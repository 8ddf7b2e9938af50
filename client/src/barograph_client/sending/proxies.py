"""Which proxy, if any, stands between the client and a server."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from barograph_client.errors import SettingsError


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """A proxy for HTTP; `authorization` is its `Proxy-Authorization`, empty for none."""

    host: str
    port: int
    authorization: str = ""


def proxy_for(url: str, proxies: Mapping[str, str] | None = None) -> Proxy | None:
    """The proxy for an address: by HTTPS_PROXY or HTTP_PROXY, unless NO_PROXY names the host.

    Parameters
    ----------
    proxies : addresses by scheme; default: those of the environment (on macOS and Windows, also the system's).

    Raises
    ------
    SettingsError
        The proxy's address cannot be read, or is no `http://` one.

    Examples
    --------
    >>> proxy_for("https://barograph.example", {"https": "http://proxy:3128"})
    Proxy(host='proxy', port=3128, authorization='')
    """
    parts = urlsplit(url)
    held = getproxies() if proxies is None else proxies
    address = held.get(parts.scheme) or held.get("all", "")
    if not address or proxy_bypass(parts.netloc.rpartition("@")[2]):
        return None
    proxy = urlsplit(address if "://" in address else f"http://{address}")
    if proxy.scheme != "http" or not proxy.hostname:
        raise SettingsError(f"{parts.scheme.upper()}_PROXY is {address!r}; expected http://host:port")
    authorization = ""
    if proxy.username is not None:
        user = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
        authorization = "Basic " + base64.b64encode(user.encode()).decode()
    return Proxy(host=proxy.hostname, port=proxy.port or 3128, authorization=authorization)
