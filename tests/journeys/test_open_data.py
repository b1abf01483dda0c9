"""The demo's books and projects leave the house, and others' tools judge them."""

from __future__ import annotations

import csv
import io
import json
from urllib.request import urlopen

import pytest
from lxml import etree

from answerable.opendata.tests.examples import schema
from answerable.opendata.tests.test_journals import PROGRAMS, judge


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_whole_books_are_added_up_to_our_totals(demo_server, tmp_path, name):
    form, check = judge(name)
    file = tmp_path / "books"
    written = demo_server.run("export", form, str(file))
    assert written.returncode == 0, written.stderr
    assert int(written.stdout.split()[1].replace(",", "")) > 50
    found = check(file)
    assert (found.returncode, found.stderr) == (0, "")


def test_everybody_can_fetch_valid_iati_in_which_money_is_followed(demo_server):
    with urlopen(f"{demo_server.url}/opendata/iati.xml", timeout=60) as response:
        root = etree.fromstring(response.read())
    schema().assertValid(root)
    own = set(root.xpath("//iati-identifier/text()"))
    named = set(root.xpath("//@provider-activity-id | //@receiver-activity-id"))
    assert named
    assert named <= own
    assert not root.findall(".//contact-info")


def test_the_command_finds_no_broken_rule(demo_server, tmp_path):
    found = demo_server.run("export", "iati", str(tmp_path))
    assert found.returncode == 0, found.stdout + found.stderr
    assert "breaks the rule" not in found.stdout


def test_the_tables_have_the_rows_that_the_package_says(demo_server):
    with urlopen(f"{demo_server.url}/opendata/datapackage.json", timeout=60) as response:
        package = json.load(response)
    for resource in package["resources"]:
        with urlopen(f"{demo_server.url}/opendata/{resource['path']}", timeout=60) as response:
            text = response.read().decode("utf-8-sig")
        assert len(list(csv.DictReader(io.StringIO(text, newline="")))) == resource["rows"] > 5
