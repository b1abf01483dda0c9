"""Every case that is not sensitive as one file."""

import csv
import os
from pathlib import Path

import pytest

from answerable.lake.cases_file import COLUMNS, MARK, write_cases
from answerable.lake.problems import FileRefused
from answerable.listening.models import Case
from answerable.places.models import Area


def test_the_file_has_every_case_once_and_no_sensitive_one(scene, tmp_path: Path) -> None:
    Area.objects.filter(pk=scene.areas["Well"].pk).update(name='=SUM(A1), the "well"')
    told: list[int] = []
    path = tmp_path / "cases.csv"
    count = write_cases(path, progress=told.append)
    whole = path.read_bytes()
    assert whole.startswith(MARK)
    assert sum(told) <= len(whole)
    rows = list(csv.DictReader(whole[len(MARK) :].decode().splitlines()))
    own = {str(case.pk): case for case in Case.objects.filter(sensitive=False).select_related("subject")}
    assert len(rows) == count == len(own) == len({row["case_id"] for row in rows})
    assert list(rows[0]) == [column.name for column in COLUMNS]
    for row in rows:
        case = own[row["case_id"]]
        assert row["received_on"] == case.received_on.isoformat()
        assert row["answered_on"] == (case.answered_on.isoformat() if case.answered_on else "")
        assert (row["subject_key"], row["urgent"]) == (case.subject.key, "false")
        assert row["answer_days"] == ("" if case.answer_took is None else str(case.answer_took))
    assert '\'=SUM(A1), the "well"' in {row["area_name"] for row in rows}
    assert os.stat(path).st_mode & 0o077 == 0, "for its owner alone"

    place = scene.areas["Hillland"]
    assert (
        write_cases(path, place) == sum(case.area_id == scene.areas["Peak"].pk for case in own.values()) == 3
    )


@pytest.mark.django_db
def test_a_file_that_cant_be_written_is_said(tmp_path: Path) -> None:
    for path in (tmp_path / "no" / "cases.csv", tmp_path):
        with pytest.raises(FileRefused):
            write_cases(path)
    assert list(tmp_path.iterdir()) == []
