"""What schemas and checks share in reading and writing YAML."""

import pytest
import yaml

from barograph.errors import CheckError, SchemaError
from barograph.schema.document import read_document
from barograph.schema.yaml_text import composed, read_file, scalar

AWKWARD = (
    "",
    " a ",
    "yes",
    "007",
    "a, b",
    "[x]",
    "k: v",
    "# no comment",
    "it's",
    "ü",
    "two\nlines",
    "a\u2028b",
)


@pytest.mark.parametrize("text", AWKWARD)
def test_a_scalar_is_read_back_as_it_was_written(text):
    assert yaml.safe_load(scalar(text, within=False)) == text


@pytest.mark.parametrize("text", AWKWARD)
def test_a_scalar_within_brackets_is_read_back_as_it_was_written(text):
    assert yaml.safe_load(f"{{key: {scalar(text, within=True)}, other: 1}}") == {"key": text, "other": 1}


@pytest.mark.parametrize("text", AWKWARD)
def test_a_scalar_stands_on_one_line(text):
    assert len(scalar(text, within=False).splitlines()) <= 1


def test_what_is_no_yaml_is_told_with_its_line_and_the_mend():
    with pytest.raises(CheckError, match=r"^c\.yml, line 2: this is no YAML: .*\. Quote it\.$"):
        composed("a: 1\nb: [", "c.yml", CheckError, "Quote it.")


def test_an_empty_document_has_no_node():
    assert composed("# nothing\n", "c.yml", CheckError, "Quote it.") is None


def test_a_file_that_is_no_text_is_told_with_the_command_that_writes_one(tmp_path):
    path = tmp_path / "schema.yml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(SchemaError, match=r"cannot read schema .*`barograph schema FILE` writes one"):
        read_file(path, SchemaError, "schema", "barograph schema FILE")


TIMES_TEN = "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 9))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: " + "[" * 500 + "]" * 500, "line 1: .*more than 40 lists and mappings inside each other"),
        ("a:\n  " + "- " * 500, "line 2: .*more than 40 lists and mappings inside each other"),
        ("a0: &a0 [x]\n" + TIMES_TEN, "line 7: .*more than 1,000,000 values, those of aliases among them"),
        ("a: &a [*a]", r"line 1: .*\*a stands within what it stands for"),
        ('a: "\\UFFFFFFFF"', "this is no YAML"),
        ('a: ["\\ud83d"]', "line 1: .*is half a character"),
        ("#" * 32_000_001, "32,000,001 characters; expected at most 32,000,000"),
    ],
    ids=[
        "brackets",
        "dashes",
        "aliases of aliases",
        "an alias in itself",
        "no character",
        "half a character",
        "long",
    ],
)
def test_what_nobody_writes_by_hand_is_refused_before_it_is_unfolded(text, told):
    with pytest.raises(CheckError, match=told):
        composed(text, "c.yml", CheckError, "Quote it.")


def test_a_character_in_two_halves_is_one():
    assert read_document(r'{"a": "\ud83d\ude00"}', "c.yml").values == {"a": "\U0001f600"}
    with pytest.raises(SchemaError, match="half a character"):
        read_document(r'{"a": "\ud83d"}', "c.yml")


def test_an_alias_stands_for_its_value():
    assert read_document("a: &x {b: [1]}\nc: *x", "c.yml").values == {"a": {"b": ["1"]}, "c": {"b": ["1"]}}
