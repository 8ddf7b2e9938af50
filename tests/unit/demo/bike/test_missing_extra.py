from __future__ import annotations

import sys

import pytest

from barograph.cli import main
from barograph.demo.bike.forest import train
from barograph.demo.bike.rides import load_rides
from barograph.errors import MissingExtra


def test_without_scikit_learn_the_command_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.ensemble", None)
    with pytest.raises(MissingExtra, match=r"Install it: pip install 'barograph\[ml\]'"):
        train(load_rides().head(20))


def test_without_scikit_learn_the_demo_is_one_line_and_exit_code_2(monkeypatch, capsys, tmp_path):
    monkeypatch.setitem(sys.modules, "sklearn.ensemble", None)
    assert main(["story", "--output", str(tmp_path / "story")]) == 2
    assert capsys.readouterr().err.startswith("error: the demo trains a random forest and needs scikit-learn")


def test_output_that_is_a_file_is_refused(capsys, tmp_path):
    path = tmp_path / "story"
    path.write_text("")
    assert main(["story", "--output", str(path)]) == 2
    assert "is a file; expected the name of a folder" in capsys.readouterr().err
