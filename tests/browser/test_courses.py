"""A course's people in a real browser: a roster's preview, and who has withdrawn."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Open

PEOPLE = "/courses/demo/people"


def test_a_roster_shows_before_and_after_and_withdraws_who_is_missing(open_window: Open) -> None:
    staff = open_window("ines")
    page = staff.go(f"{PEOPLE}/import")
    text = b"email,section\nada@example.org,Evening\n"
    page.get_by_label("Roster").set_input_files({"name": "r.csv", "mimeType": "text/csv", "buffer": text})
    page.get_by_role("button", name="Show what would change").click()
    expect(page.get_by_role("row", name=re.compile("ada@example.org"))).to_contain_text("Evening")
    missing = page.get_by_role("region", name="Students who are enrolled but not in the file")
    expect(missing).to_contain_text("chen@example.org")
    assert staff.serious() == []
    page.get_by_label("Withdraw them").check()
    page.get_by_role("button", name="Import these").click()
    expect(page.get_by_role("main")).to_contain_text("1 changed.")

    page = staff.go("/courses/demo/gradebook")
    expect(page.get_by_role("row", name=re.compile("chen@example.org"))).to_have_count(0)
    page.get_by_label("Withdrawn students too").check()
    page.get_by_role("button", name="Filter").click()
    expect(page.get_by_role("row", name=re.compile("chen@example.org"))).to_contain_text("withdrawn")
    assert staff.serious() == []

    page = staff.go(f"{PEOPLE}?withdrawn=1")
    page.get_by_role("row", name=re.compile("chen@example.org")).get_by_role("button", name="Enrol").click()
    page = staff.go("/courses/demo/gradebook")
    expect(page.get_by_role("row", name=re.compile("chen@example.org"))).to_have_count(1)
