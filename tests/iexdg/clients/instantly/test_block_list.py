import pytest

from iexdg.clients.instantly.block_list import BlockEntry


@pytest.mark.parametrize(
    ("raw", "value", "is_domain"),
    [
        ({"bl_value": " Rival.Example.NET ", "is_domain": True}, "rival.example.net", True),
        ({"bl_value": "rival.example.net"}, "rival.example.net", True),
        ({"bl_value": "no-thanks@harbor.example.org"}, "no-thanks@harbor.example.org", False),
        ({"bl_value": "no-thanks@harbor.example.org", "is_domain": "yes"}, "no-thanks@harbor.example.org", False),
        ({"bl_value": None, "is_domain": False}, "", False),
    ],
)
def test_an_entry_is_in_lower_case_and_its_kind_is_stated_or_seen(
    raw: dict[str, object], value: str, is_domain: bool
) -> None:
    entry = BlockEntry.model_validate(raw)
    assert (entry.value, entry.is_domain) == (value, is_domain)
