"""The JSON columns of staged rows."""

import json

from hypothesis import given
from hypothesis import strategies as st

from leads.importing.bulk import json_list, json_object


@given(st.lists(st.text()), st.dictionaries(st.text(), st.text()))
def test_json_is_written_as_the_library_writes_it(texts: list[str], named: dict[str, str]) -> None:
    assert json_list(texts) == json.dumps(texts)
    assert json_object(named) == json.dumps(named)
