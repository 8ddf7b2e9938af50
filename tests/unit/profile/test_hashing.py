"""Hashes never change: a profile saved today must add to one made in ten years."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from barograph.profile.hashing import hash_integers, hash_null, hash_numbers, hash_texts, salt_of, splitmix64
