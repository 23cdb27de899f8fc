import zipfile

import pytest

import twice


def jar(folder, entries, name="some-1.jar"):
    folder.mkdir(exist_ok=True)
    with zipfile.ZipFile(folder / name, "w") as archive:
        for entry, content, time in entries:
            archive.writestr(zipfile.ZipInfo(entry, (time, 1, 1, 0, 0, 0)), content)
    return twice.published([folder])


@pytest.fixture
def one(tmp_path):
    return jar(tmp_path / "one", [("a", "x", 2020), ("b", "y", 2020)])


def test_the_same_is_the_same(one, tmp_path):
    assert twice.differences(one, jar(tmp_path / "2", [("a", "x", 2020), ("b", "y", 2020)])) == []


@pytest.mark.parametrize(
    ("entries", "difference"),
    [
        ([("a", "x", 2020), ("b", "z", 2020)], "b differs"),
        ([("a", "x", 2020), ("b", "y", 2021)], "b is of (2020, 1, 1, 0, 0, 0) and (2021, 1, 1"),
        ([("b", "y", 2020), ("a", "x", 2020)], "entries are in another order"),
        ([("a", "x", 2020)], "b is in one"),
    ],
)
def test_what_differs_is_told(one, tmp_path, entries, difference):
    (told,) = twice.differences(one, jar(tmp_path / "2", entries))

    assert told.startswith(f"some-1.jar: {difference}")


def test_a_file_that_is_built_once_is_told(one, tmp_path):
    other = jar(tmp_path / "2", [("a", "x", 2020)], "other-1.jar")

    assert twice.differences(one, other) == ["other-1.jar: built once", "some-1.jar: built once"]


def test_the_time_in_the_name_of_a_snapshot_is_no_difference(tmp_path):
    one = jar(tmp_path / "1", [], "some-1-20261130.070235-1-sources.jar")
    other = jar(tmp_path / "2", [], "some-1-20261130.080235-2-sources.jar")

    assert list(one) == ["some-1-SNAPSHOT-sources.jar"]
    assert twice.differences(one, other) == []


def test_nothing_is_not_the_same_as_nothing(tmp_path):
    with pytest.raises(FileNotFoundError, match="Missing anything to publish"):
        twice.published([tmp_path])
