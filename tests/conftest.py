"""What all tests share."""

import os

from hypothesis import settings

# In CI the same examples every time, so that a red run says something about the change; elsewhere new ones.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")
