"""Every answer about the block list."""

from typing import Any


def write_all(vendor: Any) -> None:
    entry = vendor.post("/block-lists-entries", {"bl_value": "rival.example.org"})
    vendor.get(f"/block-lists-entries/{entry['id']}")
    vendor.patch(f"/block-lists-entries/{entry['id']}", {"bl_value": "other.example.org"})
    assert vendor.http.get("/block-lists-entries/download").status_code == 200
    assert vendor.http.delete(f"/block-lists-entries/{entry['id']}").status_code == 200
    many = vendor.post("/block-lists-entries/bulk-create", {"bl_values": ["one@a.example.org", "two.example.org", "!"]})
    vendor.post("/block-lists-entries/bulk-delete", {"ids": [many["items"][0]["id"]]})
    assert vendor.http.delete("/block-lists-entries").status_code == 200
