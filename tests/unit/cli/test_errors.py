from __future__ import annotations

import pytest

from barograph import __version__
from barograph.cli import main


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("compare",), "error: Missing argument 'REFERENCE'. See `barograph compare --help`.\n"),
        (("compare", "a.csv"), "error: what is it compared with? Give a second file, or --since TIME"),
        (("compare", "--nonsense"), "No such option: --nonsense"),
        (("forecast",), "No such command 'forecast'"),
        (("schema", "absent.csv"), "error: no file or folder 'absent.csv'"),
        (("profile", "x.csv", "-o", "x.baro", "--threads", "0"), "--threads"),
    ],
)
def test_wrong_call_is_one_line_and_exit_code_2(run, words, told):
    refused = run(*words)
    assert (refused.code, refused.out) == (2, "")
    assert told in refused.err
    assert refused.err.count("\n") == 1


def test_unknown_column_names_the_nearest(run, csv):
    refused = run("schema", csv, "--label", "lable")
    assert refused.code == 2
    assert "did you mean 'label'?" in refused.err


def test_pair_without_a_sign_is_refused(run, csv):
    assert "--kind 'income' is not of the form name=value." in run("schema", csv, "--kind", "income").err


def test_bug_keeps_its_traceback(monkeypatch, csv):
    def broken(*_args: object, **_kept: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("barograph.cli.schema.run_schema", broken)
    with pytest.raises(ZeroDivisionError, match="a bug"):
        main(["schema", str(csv)])


def test_no_words_show_the_help(run):
    assert run().out.startswith("Usage: barograph")


def test_version(run):
    shown = run("--version")
    assert (shown.code, shown.out) == (0, f"barograph {__version__}\n")
