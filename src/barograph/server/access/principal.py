"""Who makes a request."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from barograph.server.access.roles import Role, suffices


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """The key a request was made with.

    Parameters
    ----------
    key_id : id of the key.
    name : what the key is for.
    role : its role.
    projects : names of those it may see; None for all.
    address : where the request came from.
    """

    key_id: str
    name: str
    role: str
    projects: frozenset[str] | None
    address: str = ""

    def may(self, needed: Role) -> bool:
        """Whether its role suffices."""
        return suffices(self.role, needed)

    def sees(self, project: str) -> bool:
        """Whether a project of that name is any of its business.

        Examples
        --------
        >>> Principal(key_id="k", name="", role="viewer", projects=frozenset({"a"})).sees("b")
        False
        """
        return self.projects is None or project in self.projects

    def sees_all(self, projects: Iterable[str] | None) -> bool:
        """Whether all of some projects are its business; None stands for all there are.

        Examples
        --------
        >>> Principal(key_id="k", name="", role="admin", projects=frozenset({"a"})).sees_all(None)
        False
        """
        return self.projects is None or (projects is not None and self.projects.issuperset(projects))
