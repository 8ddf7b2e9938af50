"""Signing in and out, and forms that other sites send."""

import re
import warnings

import pytest

from barograph.config.read import read_settings
from barograph.server.access.links import LASTS_US
from barograph.server.app import create_app
from barograph.server.pages.accounts.passwords import hashed
from barograph.server.preparing import prepare, sign_in_link
from barograph.store.database import open_database
from barograph.store.keys import all_keys, revoke_key
from barograph.store.sessions import IDLE_US
from barograph.store.users import add_user, change_user, user

with warnings.catch_warnings():
    # Starlette would rather have the next httpx, which is not a dependency.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

HERE = {"Sec-Fetch-Site": "same-origin"}
WORDS = "a sentence to remember"


def form_token(page):
    return re.search(r'name="form_token" value="(\w+)"', page.text)[1]


@pytest.fixture
def ann(settings, token, clock):
    database = open_database(settings.database_url)
    with database.writing() as conn:
        found = add_user(
            conn,
            name="ann",
            password=hashed(WORDS),
            role="viewer",
            projects=None,
            created_by="t",
            now=clock.now(),
        )
    yield found
    database.close()


def test_a_page_leads_to_signing_in_and_back(browser, token):
    asked = browser.get("/?span=7d")
    assert asked.url.path == "/signin"
    assert 'name="to" value="/?span=7d"' in asked.text
    back = browser.post("/signin", data={"secret": token, "to": "/?span=7d"}, headers=HERE)
    assert (back.url.path, back.url.query) == ("/", b"span=7d")


def test_its_data_need_a_session_too(browser):
    answer = browser.get("/index.json")
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "unauthenticated"


def test_a_key_in_the_header_is_enough_for_data(browser, token):
    assert browser.get("/index.json", headers={"Authorization": f"Bearer {token}"}).json()["incidents"] == []


def test_a_name_needs_its_password(browser, ann):
    assert browser.post("/signin", data={"name": "ann", "secret": "wrong"}, headers=HERE).status_code == 401
    assert browser.post("/signin", data={"name": "ann", "secret": WORDS}, headers=HERE).url.path == "/"


def test_after_signing_in_nobody_is_led_to_another_server(browser, token):
    for elsewhere in ("https://example.com/", "//example.com/", "/\\example.com"):
        answer = browser.post(
            "/signin", data={"secret": token, "to": elsewhere}, headers=HERE, follow_redirects=False
        )
        assert answer.headers["location"] == "/"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://example.com"}, {"Origin": "http://["}, {},
    ],
)  # fmt: skip
def test_a_form_from_elsewhere_signs_nobody_in(browser, token, headers):
    assert browser.post("/signin", data={"secret": token}, headers=headers).status_code == 403


def test_signing_out_needs_the_sessions_own_token(signed_in):
    for wrong in ("0" * 64, "ü"):
        assert signed_in.post("/signout", data={"form_token": wrong}, headers=HERE).status_code == 403
    right = form_token(signed_in.get("/"))
    assert signed_in.post("/signout", data={"form_token": right}, headers=HERE).url.path == "/signin"
    assert signed_in.get("/").url.path == "/signin"


def test_a_session_ends_when_it_is_not_used(signed_in, clock):
    clock.time += IDLE_US - 1
    assert signed_in.get("/").url.path == "/"
    clock.time += IDLE_US + 1
    assert signed_in.get("/").url.path == "/signin"


def test_a_session_ends_with_the_password(browser, ann, settings, clock):
    browser.post("/signin", data={"name": "ann", "secret": WORDS}, headers=HERE)
    database = open_database(settings.database_url)
    with database.writing() as conn:
        change_user(conn, user(conn, "ann").id, password=hashed("another one to remember"))
    database.close()
    assert browser.get("/").url.path == "/signin"


def test_the_cookie_is_not_for_scripts_nor_for_other_sites(browser, token):
    answer = browser.post("/signin", data={"secret": token}, headers=HERE, follow_redirects=False)
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


def test_wrong_tries_are_slowed_down(browser, token):
    seen = {browser.post("/signin", data={"secret": "x"}, headers=HERE).status_code for _ in range(30)}
    assert seen == {401, 429}


def test_pages_load_nothing_from_elsewhere(signed_in):
    page = signed_in.get("/")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "unsafe-eval" not in page.headers["content-security-policy"]
    for address in re.findall(r'(?:href|src)="([^"]+)"', page.text):
        assert address.startswith(("/", "#")), address


def test_files_are_kept_for_good_under_the_address_of_their_content(signed_in):
    address = re.search(r'href="(/static/pages\.\w+\.css)"', signed_in.get("/").text)[1]
    answer = signed_in.get(address)
    assert answer.headers["content-type"].startswith("text/css")
    assert "immutable" in answer.headers["cache-control"]
    assert signed_in.get("/static/pages.000000000000.css").status_code == 404
    assert signed_in.get("/static/../app.py").status_code == 404


def test_the_language_is_the_browsers_until_one_is_chosen(signed_in):
    assert "收件箱" in signed_in.get("/", headers={"Accept-Language": "zh-CN,zh;q=0.9"}).text
    assert "收件箱" not in signed_in.get("/").text
    signed_in.get("/language/zh-CN?to=/")
    assert "收件箱" in signed_in.get("/").text


def test_behind_a_proxy_every_address_has_its_path(tmp_path, clock):
    flags = {"data": str(tmp_path / "behind"), "root_path": "/monitoring"}
    settings = read_settings(environment={}, flags=flags).settings
    token = prepare(settings, clock)
    headers = {"Accept": "text/html", **HERE}
    with TestClient(
        create_app(settings, clock=clock), base_url="http://localhost", headers=headers
    ) as client:
        asked = client.get("/monitoring/?span=7d")
        assert asked.url.path == "/monitoring/signin"
        page = client.post("/monitoring/signin", data={"secret": token.text, "to": "/?span=7d"})
        assert (page.url.path, page.url.query) == ("/monitoring/", b"span=7d")
        assert 'aria-current="page"' in page.text
        for address in re.findall(r'(?:href|src|action|data-source)="([^"#]+)"', page.text):
            assert address.startswith("/monitoring/"), address
        assert client.get("/monitoring/language/zh-CN?to=/?span=7d").url.path == "/monitoring/"


def test_light_or_dark_is_the_systems_until_one_is_chosen(signed_in):
    assert "data-theme" not in signed_in.get("/").text
    assert 'data-theme="dark"' in signed_in.get("/theme/dark?to=/").text
    assert 'data-theme="dark"' in signed_in.get("/").text
    assert "data-theme" not in signed_in.get("/theme/system?to=/").text
    assert signed_in.get("/theme/purple").status_code == 404


def test_pages_have_the_colours_of_charts_for_both_themes(signed_in):
    address = re.search(r'href="(/static/charts\.\w+\.css)"', signed_in.get("/").text)[1]
    rules = signed_in.get(address).text
    assert rules.count("--brg-surface:#fff") == 1
    assert rules.count("--brg-surface:#15181c") == 2
    assert ".brg-chart{" in rules


def test_htmx_is_given_only_the_part_it_replaces(signed_in):
    part = signed_in.get("/", headers={"HX-Request": "true", "HX-Target": "main#main"}).text
    assert "<html" not in part
    assert part.strip() in signed_in.get("/").text


def test_pages_are_packed_for_browsers_that_can_read_them(signed_in):
    plain, packed = (
        signed_in.get("/", headers={"Accept-Encoding": coding}) for coding in ("identity", "gzip")
    )
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(plain.content) / 2
    assert packed.text.count("<") == plain.text.count("<")


def printed(settings, clock):
    """What the address of a link that the server prints ends with."""
    secret = sign_in_link(settings, clock)
    assert secret is not None
    return f"/signin/once?code={secret}"


def test_a_link_signs_in_once_and_leads_a_new_server_to_its_first_model(browser, settings, clock, token):
    link = printed(settings, clock)
    assert browser.get(link).url.path == "/models/new"
    assert browser.get("/settings/audit").status_code == 200
    browser.cookies.clear()
    again = browser.get(link)
    assert (again.status_code, browser.get("/").url.path) == (401, "/signin")
    assert "This link was used before" in again.text


def test_a_link_holds_for_an_hour(browser, settings, clock, token):
    link = printed(settings, clock)
    clock.time += LASTS_US + 1
    assert browser.get(link).status_code == 401


def test_what_a_link_holds_is_no_session_by_itself(browser, settings, clock, token):
    secret = printed(settings, clock).partition("=")[2]
    browser.cookies.set("barograph", secret)
    assert browser.get("/").url.path == "/signin"


def test_a_link_that_was_not_used_is_listed_and_can_be_ended(signed_in, settings, clock):
    link = printed(settings, clock)
    assert "a link that was not used yet" in signed_in.get("/settings").text
    (row,) = [each for each in signed_in.get("/settings.json").json()["sessions"] if not each["own"]]
    page = signed_in.get("/settings")
    signed_in.post(f"/settings/sessions/{row['id']}/end", data={"form_token": form_token(page)}, headers=HERE)
    signed_in.cookies.clear()
    assert signed_in.get(link).status_code == 401


def test_of_a_revoked_first_key_there_is_no_link(settings, clock, token):
    database = open_database(settings.database_url)
    with database.writing() as conn:
        (key,) = all_keys(conn)
        revoke_key(conn, key.key_id, at=clock.now())
    database.close()
    assert sign_in_link(settings, clock) is None


def test_guessed_links_are_as_few_as_wrong_keys(browser, token):
    answers = [browser.get("/signin/once?code=no").status_code for _ in range(60)]
    assert answers[0] == 401
    assert answers[-1] == 429
