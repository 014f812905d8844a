"""Every write to Instantly goes through `perform_write`, which records its result; docs/safety.md is true."""

import ast
import re

import pytest

from tests.architecture.tree import PRODUCT, ROOT, name_of, parsed, text, under

# The last two names of a call that changes something at Instantly -> the only modules that may make it.
WRITERS = {
    ("campaigns", "pause"): "campaigns/sending/lifecycle.py",
    ("campaigns", "activate"): "campaigns/sending/lifecycle.py",
    ("campaigns", "create"): "iexdg/blueprints/applying.py",
    ("campaigns", "patch"): "iexdg/blueprints/applying.py",
    ("campaigns", "delete"): "iexdg/blueprints/deleting.py",
    ("campaigns", "add_variables"): "iexdg/blueprints/applying.py",
    ("leads", "add"): "leads/loading/run.py",
    ("leads", "move"): "leads/loading/run.py",
    ("leads", "add_to_list"): "leads/by_list/run.py",
    ("leads", "patch"): "leads/changing/carry_out.py",
    ("leads", "delete"): "leads/changing/carry_out.py",
    ("emails", "delete"): "leads/changing/carry_out.py",
    ("lead_lists", "create"): "leads/changing/carry_out.py",
    ("lead_lists", "rename"): "leads/changing/carry_out.py",
    ("lead_lists", "delete"): "leads/changing/carry_out.py",
    ("verification", "create"): "leads/verification/run.py",
    ("emails", "send_test"): "iexdg/golive/sample_email.py",
    ("block_list", "add_many"): "leads/blocklist/send.py",
    ("block_list", "remove_many"): "leads/blocklist/send.py",
    ("emails", "reply"): "iexdg/inbox/replies.py",
    ("emails", "forward"): "iexdg/inbox/replies.py",
    ("emails", "mark_thread_as_read"): "iexdg/inbox/verbs.py",
    ("emails", "mark"): "iexdg/inbox/verbs.py",
    ("leads", "set_interest"): "iexdg/inbox/verbs.py",
    ("warmup", "enable"): "iexdg/mailboxes/carry_out.py",
    ("warmup", "disable"): "iexdg/mailboxes/carry_out.py",
    ("accounts", "pause_many"): "iexdg/mailboxes/carry_out.py",
    ("accounts", "resume"): "iexdg/mailboxes/carry_out.py",
    ("accounts", "mark_fixed"): "iexdg/mailboxes/carry_out.py",
    ("accounts", "patch"): "iexdg/mailboxes/carry_out.py",
    ("accounts", "delete"): "iexdg/mailboxes/carry_out.py",
    ("accounts", "create"): "iexdg/mailboxes/connecting.py",
    ("sign_ins", "start"): "iexdg/mailboxes/connecting.py",
    ("custom_tags", "create"): "iexdg/workspace_objects/tags.py",
    ("custom_tags", "patch"): "iexdg/workspace_objects/tags.py",
    ("custom_tags", "delete"): "iexdg/workspace_objects/tags.py",
    ("custom_tags", "assign"): "iexdg/workspace_objects/tags.py",
    ("custom_tags", "unassign"): "iexdg/workspace_objects/tags.py",
    ("lead_labels", "create"): "iexdg/workspace_objects/labels.py",
    ("lead_labels", "patch"): "iexdg/workspace_objects/labels.py",
    ("lead_labels", "delete"): "iexdg/workspace_objects/labels.py",
    ("api_keys", "create"): "iexdg/workspace_objects/keys.py",
    ("api_keys", "delete"): "iexdg/workspace_objects/keys.py",
    ("webhooks", "create"): "iexdg/workspace_objects/webhooks.py",
    ("webhooks", "patch"): "iexdg/workspace_objects/webhooks.py",
    ("webhooks", "delete"): "iexdg/workspace_objects/webhooks.py",
    ("webhooks", "test"): "iexdg/workspace_objects/webhooks.py",
    ("webhooks", "resume"): "iexdg/workspace_objects/webhooks.py",
    ("placement", "create"): "iexdg/placement/carry_out.py",
    ("placement", "patch"): "iexdg/placement/carry_out.py",
    ("placement", "delete"): "iexdg/placement/carry_out.py",
    ("supersearch", "import_leads"): "iexdg/supersearch/carry_out.py",
    ("subsequences", "create"): "campaigns/mirror/subsequence_changes.py",
    ("subsequences", "patch"): "campaigns/mirror/subsequence_changes.py",
    ("subsequences", "pause"): "campaigns/mirror/subsequence_changes.py",
    ("subsequences", "resume"): "campaigns/mirror/subsequence_changes.py",
}
# The same for GoHighLevel; `save_contact` makes and changes contacts for the one module that records it.
CRM_WRITERS = {
    ("tags", "add_tags"): "iexdg/crm/carry_out.py",
    ("notes", "add_note"): "iexdg/crm/carry_out.py",
    ("workflows", "add_to_workflow"): "iexdg/crm/carry_out.py",
    ("opportunities", "upsert_opportunity"): "iexdg/crm/carry_out.py",
    ("contacts", "delete_contact"): "iexdg/crm/carry_out.py",
}
CRM_CLIENT, SAVE = "iexdg/clients/gohighlevel", "save_contact"
# People go into a list to be verified there, and into a list that someone chose.
ALSO = {("leads/loading/run.py", ("leads", "add_to_list"))}
CLIENT = "iexdg/clients/instantly"
WRITES = {"POST", "PATCH", "DELETE", "PUT"}
READING = ("_transport", "request")


def writing_methods(client: str = CLIENT) -> set[tuple[str, str]]:
    """(attribute of the client, method) of every method that changes something, itself or by a private one."""
    files = [path for path in under("iexdg") if name_of(path.parent) == client]
    classes = {node.name: node for path in files for node in parsed(path).body if isinstance(node, ast.ClassDef)}
    return {
        (attribute, method)
        for attribute, name in client_attributes(client).items()
        for method in written_by(classes[name])
        if not method.startswith("_")
    }


def client_attributes(client: str = CLIENT) -> dict[str, str]:
    """{"leads": "Leads"} of `self.leads = Leads(transport)` in the client."""
    return {
        node.targets[0].attr: node.value.func.id
        for node in ast.walk(parsed(ROOT / client / "client.py"))
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute)
        if isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Name)
    }


def written_by(resource: ast.ClassDef) -> set[str]:
    functions = {node.name: node for node in resource.body if isinstance(node, ast.FunctionDef)}
    found = {
        name
        for name, function in functions.items()
        if any(isinstance(node, ast.Constant) and node.value in WRITES for node in ast.walk(function))
        if not reads_by_post(function)
    }
    private = {name for name in found if name.startswith("_")}
    through = {
        name
        for name, function in functions.items()
        if any(isinstance(node, ast.Attribute) and node.attr in private for node in ast.walk(function))
    }
    return found | through


def reads_by_post(function: ast.FunctionDef) -> bool:
    """Whether all that a method sends is marked as a read: a POST by name that changes nothing."""
    sent = [node for node in ast.walk(function) if isinstance(node, ast.Call) and _names(node) == READING]
    marked = [one for one in sent for word in one.keywords if word.arg == "is_write" and _is_false(word.value)]
    return bool(sent) and len(marked) == len(sent)


def _is_false(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def test_the_writing_methods_of_the_client_are_found() -> None:
    never_called = {("campaigns", "duplicate"), ("leads", "create")}
    found = writing_methods()
    assert found >= set(WRITERS) | never_called
    assert found & {("leads", "page"), ("leads", "list"), ("campaigns", "get")} == set()


@pytest.mark.parametrize(
    ("sent", "is_read"),
    [
        ('self._transport.request("POST", "a", is_write=False)', True),
        ('self._transport.request("POST", "a")', False),
        ('self._transport.request("POST", "a", is_write=True)', False),
        ('self._transport.request("POST", "a", is_write=False), self._transport.request("POST", "b")', False),
    ],
)
def test_a_post_reads_only_where_all_of_it_says_so(sent: str, is_read: bool) -> None:
    (function,) = ast.parse(f"def f(self): {sent}").body
    assert isinstance(function, ast.FunctionDef)
    assert reads_by_post(function) is is_read


def calls() -> list[tuple[str, tuple[str, str]]]:
    """(module, (resource, method)) of every call that could be one of the client's."""
    return [
        (name_of(path), names)
        for path in under(*PRODUCT)
        if "iexdg/clients/" not in name_of(path) and "iexdg/sandbox/" not in name_of(path)
        for node in ast.walk(parsed(path))
        if (names := _names(node)) is not None
    ]


def test_every_write_to_instantly_is_made_by_a_module_that_records_its_result() -> None:
    known = writing_methods() | set(WRITERS)
    made = [(module, call) for module, call in calls() if call in known]
    assert {call for _, call in made} == set(WRITERS)
    assert {one for one in made if WRITERS.get(one[1]) != one[0]} == ALSO


def test_every_write_to_gohighlevel_is_made_by_the_module_that_records_its_result() -> None:
    known = writing_methods(CRM_CLIENT)
    assert known >= set(CRM_WRITERS)
    made = {(module, call) for module, call in calls() if call in known - set(WRITERS)}
    assert made == {(module, call) for call, module in CRM_WRITERS.items()}
    saving = {
        name_of(path)
        for path in under(*PRODUCT)
        if "iexdg/clients/" not in name_of(path)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == SAVE
    }
    assert saving == set(CRM_WRITERS.values())


@pytest.mark.parametrize("module", sorted({*WRITERS.values(), *CRM_WRITERS.values()}))
def test_every_write_is_an_argument_of_perform_write(module: str) -> None:
    """`perform_write` gets the write as a lambda; `record_result` gets the answers of writes made in threads."""
    tree = parsed(ROOT / module)
    writes = [node for node in ast.walk(tree) if _names(node) in WRITERS.keys() | CRM_WRITERS.keys()]
    named = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    sent = {id(inner) for call in named if call.func.id == "perform_write" for inner in ast.walk(call)}
    is_recorded = any(call.func.id == "record_result" for call in named)
    assert writes
    assert is_recorded or {id(write) for write in writes} <= sent


def _names(node: ast.AST) -> tuple[str, str] | None:
    """("leads", "add") of `client.leads.add(...)` and of `leads.add(...)`."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return None
    owner = node.func.value
    name = owner.attr if isinstance(owner, ast.Attribute) else owner.id if isinstance(owner, ast.Name) else ""
    return name, node.func.attr


@pytest.mark.parametrize("place", sorted(set(re.findall(r"`([\w/]+\.py::\w+)`", text(ROOT / "docs/safety.md")))))
def test_every_place_that_the_safety_table_names_exists(place: str) -> None:
    path, _, name = place.partition("::")
    definitions = (ast.FunctionDef, ast.ClassDef)
    assert name in {node.name for node in ast.walk(parsed(ROOT / path)) if isinstance(node, definitions)}
