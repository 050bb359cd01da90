import pytest

from hewer.empirical import empirical
from hewer.errors import DataError
from hewer.quantity import TIME


def written(folder, text, encoding="utf-8"):
    (folder / "times.csv").write_bytes(text.encode(encoding))
    return folder


def test_a_column_with_a_unit(tmp_path):
    drawn = empirical("times.csv", "repair", "min", written(tmp_path, "day,repair\n1,3\n\n2, 1.5 \n"))
    assert drawn.table == (90.0, 180.0)
    assert drawn.dimension == TIME
    assert drawn.mean() == 135
    assert drawn.variance() == 45**2
    assert (drawn.lower(), drawn.upper()) == (90, 180)


@pytest.mark.parametrize("text", ["x\n2\n1\n", "2\n1\n", "\ufeffx\r\n2\r\n1\r\n", '"x"\n"2"\n"1"\n'])
def test_one_column_needs_no_name(tmp_path, text):
    assert empirical("times.csv", folder=written(tmp_path, text)).table == (1.0, 2.0)


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("a,b\n1,2\n", None, '`times.csv` has 2 columns. Name one: `column="a"`'),
        ("a,b\n1,2\n", "bb", "`times.csv` has no column `bb`. Did you mean `b`?"),
        ("a,a\n1,2\n", "a", "`times.csv` has 2 columns `a`"),
        ("a,b\n1,x\n", "b", "`times.csv`, line 2: must be a number; got `x`"),
        ("a,b\n1,2\n3\n", "b", "`times.csv`, line 3: a number is missing"),
        ("a\n1\nnan\n", "a", "line 3: must be a finite number of 0 or more; got nan"),
        ("a\n-1\n", "a", "line 2: must be a finite number of 0 or more; got -1"),
        ("a\n1e999\n", "a", "must be a finite number"),
        ("a\n", "a", "`times.csv` has no numbers in column `a`"),
        ("", "a", "`times.csv` is empty"),
        ("\n\n", None, "`times.csv` is empty"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path, text, column, message):
    with pytest.raises(DataError) as caught:
        empirical("times.csv", column, folder=written(tmp_path, text))
    assert message in str(caught.value)


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(DataError, match=r"there is no file `none\.csv`"):
        empirical("none.csv", folder=tmp_path)
    with pytest.raises(DataError, match="must be text in UTF-8"):
        empirical("times.csv", folder=written(tmp_path, "a\n1\né\n", "latin-1"))
    (tmp_path / "sub").mkdir()
    with pytest.raises(DataError, match="cannot be read"):
        empirical("sub", folder=tmp_path)
