from __future__ import annotations

import pytest

from barograph.demo.credit.figures import figures_of
from barograph.demo.credit.run import Profiles, make_profiles, make_reports
from barograph.demo.credit.story import Story


@pytest.fixture(scope="session")
def profiles() -> Profiles:
    return make_profiles()


@pytest.fixture(scope="session")
def story(profiles: Profiles) -> Story:
    return figures_of(profiles, make_reports(profiles))
