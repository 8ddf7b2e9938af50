"""Whether the server runs, and whether it can do its work."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from barograph.server.errors import declared

router = APIRouter(tags=["health"])


class Alive(BaseModel):
    """The answer of a server that runs."""

    status: Literal["ok"]


@router.get("/healthz", responses=declared())
async def healthz() -> Alive:
    """Whether the process answers."""
    return Alive(status="ok")
