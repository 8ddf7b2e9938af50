"""The client of this process, whose methods are the functions of the package."""

from __future__ import annotations

from barograph_client.client import Client

CLIENT = Client()
