"""Profiles as they are stored: by model, version, part, grain and day, so that rows and labels are added to them."""

from barograph.store.profiles.part import Grain, Place
from barograph.store.profiles.read import read
from barograph.store.profiles.stored import Change, change, days

__all__ = ["Change", "Grain", "Place", "change", "days", "read"]
