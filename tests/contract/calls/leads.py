"""Every call of the client that changes leads, or finds them across campaigns and lists."""

from iexdg.clients.instantly import InstantlyClient
from iexdg.clients.instantly.lead_selection import LeadSelection, MoveOptions
from tests.contract.conftest import WorldTime, campaign_body, people

LEAD = "c-1"
EMAIL = "ada@example.com"
USER = "0199aaaa-0000-7000-8000-0000000000aa"
SUBSEQUENCE = "0199aaaa-0000-7000-8000-0000000000bb"
SOME = LeadSelection(campaign_remote_id=LEAD, ids=[LEAD])
CALLS = {
    "leads.select": lambda client: list(client.leads.select(SOME)),
    "leads.add_to_list": lambda client: client.leads.add_to_list(LEAD, [{"email": EMAIL}]),
    "leads.patch": lambda client: client.leads.patch(LEAD, {"first_name": "Ada"}),
    "leads.delete_many": lambda client: client.leads.delete_many(campaign_remote_id=LEAD, ids=[LEAD]),
    "leads.move": lambda client: client.leads.move(SOME, to_list_remote_id=LEAD),
    "leads.assign": lambda client: client.leads.assign([USER], SOME),
    "leads.merge": lambda client: client.leads.merge("c-2", LEAD),
    "leads.set_interest": lambda client: client.leads.set_interest(EMAIL, None),
    "leads.move_to_subsequence": lambda client: client.leads.move_to_subsequence(LEAD, SUBSEQUENCE),
    "leads.remove_from_subsequence": lambda client: client.leads.remove_from_subsequence(LEAD),
}
WRITES = set(CALLS) - {"leads.select"}


def call_all(client: InstantlyClient, world_time: WorldTime) -> None:
    leads = client.leads
    source = client.campaigns.create(campaign_body(name="Source")).remote_id
    target = client.lead_lists.create("Target", enriches_leads=True).remote_id
    made = leads.add(source, people(4, "moving"))
    first, second, third, fourth = (lead.id for lead in made.created_leads)
    leads.add_to_list(target, people(2, "listed"), skip_if_in_list=True, pay_for_verification=True)
    leads.create(None, {"first_name": "Nobody's"})
    leads.create(None, {"email": "in.list@northwind.example.com"}, list_remote_id=target)
    leads.patch(first, {"first_name": "New", "custom_variables": {"segment": "north"}, "lt_interest_status": 1})
    leads.set_interest("moving0@northwind.example.com", None, campaign_remote_id=source)
    later = client.subsequences.create(
        source, "Later", {"reply_contains": "price"}, {"sequences": campaign_body()["sequences"]}
    )
    leads.move_to_subsequence(first, later.remote_id)
    leads.remove_from_subsequence(first)
    leads.merge(second, first)
    leads.assign([USER], LeadSelection(campaign_remote_id=source, ids=[first]))
    leads.assign([USER], LeadSelection(list_remote_id=target), assign_everybody=True)
    options = MoveOptions(copies=True, skips_if_in_campaign=True, skips_in_verification=True, assigned_to=USER)
    leads.move(LeadSelection(campaign_remote_id=source, ids=[third]), to_list_remote_id=target, options=options)
    leads.move(
        LeadSelection(campaign_remote_id=source, lead_filter="FILTER_VAL_ACTIVE", search="moving", in_campaign=True),
        to_list_remote_id=target,
    )
    job = leads.move(LeadSelection(list_remote_id=target), to_campaign_remote_id=source, move_everybody=True)
    client.background_jobs.wait(job.remote_id, clock=world_time.clock, sleep=world_time.sleep)
    list(leads.select(LeadSelection(list_remote_id=target, in_list=True), one_per_address=True))
    leads.delete_many(campaign_remote_id=source, ids=[fourth], status=1)
    leads.delete_many(list_remote_id=target, delete_everybody=True)
