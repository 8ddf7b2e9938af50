"""The written form of a metric: what is read, what is refused, and that writing it back changes nothing."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from barograph.errors import AddressError
from barograph.metrics.address import ANY, Address, parse_address, read_address

numbers = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
values = st.text() | numbers | st.just(ANY)
names = st.sampled_from(["column", "class", "k", "q", "segment", "average"])

#: The first text drawn on a machine builds tables of all characters.
patient = settings(suppress_health_check=[HealthCheck.too_slow])


@patient
@given(st.dictionaries(names, values))
def test_any_arguments_survive_writing_and_reading(arguments):
    address = Address("drift.psi", tuple(arguments.items()))
    assert parse_address(str(address)) == address


@pytest.mark.parametrize("name", ['a"b', "a\\b", "a\nb", "größe", "😀", "", " x ", "*", "a,b)=", "\x00"])
def test_hostile_column_names_survive(name):
    assert parse_address(str(Address("quality.mean", (("column", name),)))).get("column") == name


def test_the_order_of_arguments_does_not_matter():
    one = parse_address('performance.recall(segment="country=DE", class="yes")')
    assert str(one) == 'performance.recall(class="yes", segment="country=DE")'
    assert one == parse_address('performance.recall(class="yes", segment="country=DE")')


def test_blanks_between_parts_are_allowed():
    assert parse_address(' drift.psi ( column = "x" , k = 3 ) ') == Address(
        "drift.psi", (("column", "x"), ("k", 3))
    )


def test_numbers_keep_their_kind():
    given = dict(parse_address("m.x(a=3, b=0.5, c=-1e-3, d=+2)").arguments)
    assert given == {"a": 3, "b": 0.5, "c": -0.001, "d": 2}
    assert isinstance(given["a"], int)


def test_a_star_is_not_the_column_called_star():
    assert parse_address("drift.psi(column=*)").get("column") is ANY
    assert parse_address('drift.psi(column="*")').get("column") == "*"


def test_an_address_at_the_start_of_a_check():
    text = 'performance.mae(segment="a<b") <= 1.1 * reference'
    address, end = read_address(text, 0)
    assert address.get("segment") == "a<b"
    assert text[end:] == "<= 1.1 * reference"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "found the end, but a metric is named family.metric"),
        ("psi", "a metric is named family.metric, in small letters"),
        ("drift.psi(", "found the end, but an argument is written name=value"),
        ("drift.psi(column)", "\"=\" and a value come after 'column'"),
        ("drift.psi(column=income)", "a value is a text in double quotes, a number, or"),
        ("drift.psi(column='income')", "a value is a text in double quotes"),
        ('drift.psi(column="income"', 'after an argument comes "," or'),
        ('drift.psi(column="in\\qcome")', "a backslash starts one of JSON's escapes"),
        ('drift.psi(column="\\ud83d")', "half a character"),
        ("drift.psi(column=__import__)", "a value is a text in double quotes"),
        ("drift.psi(k=1e999)", "k=inf is not finite"),
        ("drift.psi(k=99999999999999999)", "beyond ±2⁵³"),
        ("drift.psi(k=1, k=2)", "argument 'k' is given twice"),
        ("drift.psi) ", "nothing may follow the address"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text, message):
    with pytest.raises(AddressError, match=message.replace("(", r"\(").replace("*", r"\*")):
        parse_address(text)


@pytest.mark.parametrize("value", [True, None, float("nan"), ["a"]])
def test_other_values_are_refused(value):
    with pytest.raises(AddressError, match=r"neither a text, a number nor ANY|not finite"):
        Address("drift.psi", (("k", value),))


@patient
@given(st.text(max_size=40))
def test_any_text_is_an_address_or_an_address_error(text):
    try:
        address = parse_address(f"drift.psi({text})")
    except AddressError:
        return
    assert parse_address(str(address)) == address
