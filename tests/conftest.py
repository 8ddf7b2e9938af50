"""What all tests share."""

import os

import numpy as np
import pytest
from hypothesis import settings

# A shared machine's pauses fail no test. In CI the same examples come every time, so that a red run says
# something about the change; elsewhere new ones.
settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")


@pytest.fixture
def rng() -> np.random.Generator:
    """A generator of the test's own: what it draws does not hang on which tests ran before it."""
    return np.random.default_rng(20)
