from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

sys.path.insert(0, str(Path(__file__).parent))

import corridors
from planner.network import Network

settings.register_profile(
    "corridors", deadline=None, derandomize=False, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("corridors")


@pytest.fixture(scope="session")
def network() -> Network:
    """The shipped network."""
    return corridors.load()


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a Chromium; skips without one, unless CORRIDORS_REQUIRE_CHROMIUM forbids that."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        if os.environ.get("CORRIDORS_REQUIRE_CHROMIUM"):
            pytest.fail("no Chromium: install Debian's package chromium or set CHROMIUM")
        pytest.skip("no Chromium: install Debian's package chromium or set CHROMIUM")
    return found
