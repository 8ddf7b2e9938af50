import copy
import json
import pickle

import pytest
from babel.messages.catalog import Catalog
from jinja2 import Environment

from barograph.locale.kept import kept, recalled
from barograph.locale.language import Language, language
from barograph.locale.said import Said, capitalised, ended, listed, say, shortened, together


@pytest.fixture
def chinese():
    words = Catalog(locale="zh_Hans_CN")
    words.add("{column} moved", "{column} 发生了变化")
    words.add("{first} and {last}", "{first} 和 {last}")
    words.add("nothing", "无")
    return Language(code="zh-CN", locale=language("zh-CN").locale, words=words)


def test_a_sentence_is_its_english_text():
    said = say("{column} moved", column="temp")
    assert said == "temp moved"
    assert json.dumps({"said": said}) == '{"said": "temp moved"}'
    assert isinstance(said, str)


def test_what_is_said_within_is_said_again_and_names_stay(chinese):
    said = say("{column} moved", column="nothing")
    assert chinese.said(said) == "nothing 发生了变化"
    assert chinese.said(say("{column} moved", column=say("nothing"))) == "无发生了变化"


def test_chinese_stands_close_to_chinese(chinese):
    assert chinese.said(say("{column} moved", column=say("nothing"))) == "无发生了变化"
    assert chinese.said(say("{column} moved", column="温度")) == "温度 发生了变化"


def test_braces_in_a_name_are_text(chinese):
    assert chinese.said(say("{column} moved", column="{x}")) == "{x} 发生了变化"


def test_marks_between_parts_are_those_of_the_language(chinese):
    moved = [say("{column} moved", column=name) for name in "ab"]
    assert chinese.said(together(moved, "; ")) == "a 发生了变化；b 发生了变化"
    assert chinese.said(ended(together(moved, ". "))) == "a 发生了变化。b 发生了变化。"
    assert chinese.said(say("{column} moved", column=listed(["a", "b", "c"]))) == "a、b 和 c 发生了变化"


def test_an_end_is_said_once(chinese):
    inner = ended(say("{column} moved", column="a"))
    assert chinese.said(ended(say("{text}{rest}", text=inner, rest=""))) == "a 发生了变化。"


def test_latin_letters_stand_apart_from_chinese_ones(chinese):
    chinese.words.add("{what} of {column}", "{column}的{what}")
    assert chinese.said(say("{what} of {column}", what="KS", column="temp")) == "temp 的 KS"
    assert chinese.said(say("{what} of {column}", what="{x}", column="7")) == "7的{x}"


def test_what_no_catalogue_knows_stays_english(chinese):
    assert chinese.said(say("all is {well}", well="well")) == "all is well"
    assert chinese.said("{column} moved") == "{column} moved"


def test_a_large_first_letter_and_a_most_of_characters(chinese):
    assert capitalised(say("nothing moved")) == "Nothing moved"
    assert chinese.said(capitalised(say("{column} moved", column="temp"))) == "temp 发生了变化"
    assert shortened(say("{column} moved", column="temperature"), 8) == "tempera…"
    assert chinese.said(shortened(say("{column} moved", column="temperature"), 8)) == "tempera…"


@pytest.mark.parametrize(
    "again", [copy.deepcopy, lambda s: pickle.loads(pickle.dumps(s)), lambda s: recalled(kept(s))]
)
def test_a_copy_can_be_said_again(chinese, again):
    said = shortened(capitalised(say("{column} moved", column=say("nothing"))), 60)
    copied = again(said)
    assert isinstance(copied, Said)
    assert (copied, chinese.said(copied)) == (said, "无发生了变化")


def test_kept_json_is_recalled_as_it_was():
    held = {"a": [say("{n} rows", n=3), "plain"], "said": "a person's own", "n": 1}
    written = json.loads(json.dumps(kept(held)))
    assert recalled(written) == held
    assert written["said"] == "a person's own"


def test_templates_say_it_in_the_language_of_the_page(chinese):
    environment = Environment(
        autoescape=True, finalize=lambda v: chinese.said(v) if isinstance(v, Said) else v
    )
    shown = environment.from_string("{{ said }}").render(said=say("{column} moved", column="<b>"))
    assert shown == "&lt;b&gt; 发生了变化"
