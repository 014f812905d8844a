"""Invented people for the demo campaigns, on reserved domains."""

from random import Random
from typing import Any

_FIRST_NAMES = """
Jordan Amara Tobias Leila Henrik Priya Mateo Ingrid Samuel Noor Clara Dmitri Yuki Esther Rafael Hana Oliver
Zola Marta Felix Aisha Lucas Greta Omar Simone Victor Mei Anton Freya Malik Teresa Jonas Salma Pavel Ruth
Diego
"""
_FIRST = _FIRST_NAMES.split()
_LAST_NAMES = """
Lee Okafor Lindqvist Haddad Novak Raman Castillo Berg Mensah Farouk Dubois Petrov Tanaka Weiss Moreau Kim
Archer Ndlovu Kowalska Brandt Siddiqui Ferreira Holm Nasser Laurent Kovacs Zhang Keller Nyberg Diallo Rossi
Vogel
"""
_LAST = _LAST_NAMES.split()
_COMPANY_NAMES = """
Northwind Alder Bluepeak Corvid Daybreak Eastfield Fernhill Granite Harbor Ironwood Juniper Kestrel Lakeside
Meridian Nettle Orchard Pinecrest Quarry Ridgeway Saltmarsh Thornbury Umber Vantage Willowbrook Yarrow Zephyr
"""
_COMPANIES = _COMPANY_NAMES.split()
_TITLES = (
    "Chief People Officer", "VP People", "Head of Talent", "Director of Operations", "Chief Executive",
    "Director of Learning", "Head of Membership", "Programme Lead", "Partner", "People Operations Manager",
)  # fmt: skip
_DOMAINS = ("example.com", "example.org", "example.net")


def invented_people(seed: int, campaign: str, count: int, *, bouncing_share: float = 0.0) -> list[dict[str, Any]]:
    """Return people with distinct addresses, the same for the same seed and campaign."""
    chance = Random(f"{seed}|{campaign}|people")
    people: list[dict[str, Any]] = []
    taken: set[str] = set()
    while len(people) < count:
        first, last, company = chance.choice(_FIRST), chance.choice(_LAST), chance.choice(_COMPANIES)
        local = f"{first}.{last}".lower()
        if chance.random() < bouncing_share:
            local = f"bounce.{local}"
        domain = f"{company.lower()}.{_DOMAINS[_COMPANIES.index(company) % len(_DOMAINS)]}"
        email = f"{local}@{domain}"
        if email in taken:
            continue
        taken.add(email)
        people.append(
            {
                "email": email,
                "first_name": first,
                "last_name": last,
                "company_name": company,
                "job_title": chance.choice(_TITLES),
                "website": f"https://{domain}",
            }
        )
    return people
