"""The people that SuperSearch knows: invented, on reserved domains, the same for the same seed."""

from functools import lru_cache
from random import Random
from typing import TypedDict

_COUNT = 600
_FIRST = (
    "Ada",
    "Bruno",
    "Carla",
    "Deniz",
    "Elif",
    "Farid",
    "Greta",
    "Hugo",
    "Iris",
    "Jonas",
    "Kaja",
    "Leo",
    "Mina",
    "Noel",
)
_LAST = (
    "Abel",
    "Brandt",
    "Castro",
    "Dahl",
    "Ekman",
    "Fabre",
    "Gruber",
    "Hansen",
    "Ito",
    "Jensen",
    "Kaya",
    "Lopez",
    "Moser",
)
_COMPANIES = (
    "Aster",
    "Birchway",
    "Coppergate",
    "Dunmore",
    "Elmstead",
    "Foxglove",
    "Greywater",
    "Hollis",
    "Inkwell",
    "Jasper",
)
_PLACES = (
    ("Boston", "Massachusetts", "United States"),
    ("Chicago", "Illinois", "United States"),
    ("Toronto", "Ontario", "Canada"),
    ("Leeds", "England", "United Kingdom"),
)
# Title, level and department; the words of the latter two are the vendor's.
_JOBS = (
    ("Chief People Officer", "C-Level", "Human Resources"),
    ("VP Sales", "VP-Level", "Sales"),
    ("Director of Operations", "Director-Level", "Operations"),
    ("Marketing Manager", "Manager-Level", "Marketing"),
    ("Software Engineer", "Staff", "Engineering"),
)
_SIZES = ((12, "0 - 25"), (60, "25 - 100"), (180, "100 - 250"), (700, "250 - 1000"), (4000, "1K - 10K"))
_REVENUES = ("$0 - 1M", "$1 - 10M", "$10 - 50M", "$50 - 100M")
_INDUSTRIES = ("Software & Internet", "Education", "Healthcare", "Manufacturing")


class Person(TypedDict):
    """One person who can be found."""

    first_name: str
    last_name: str
    title: str
    level: str
    department: str
    city: str
    state: str
    country: str
    company: str
    company_id: str
    domain: str
    employees: int
    size: str
    revenue: str
    industry: str
    email: str


@lru_cache(maxsize=4)
def known_people(seed: int) -> tuple[Person, ...]:
    """Return everyone who can be found, each with an address of their own."""
    chance = Random(f"{seed}|supersearch")
    return tuple(_person(chance, number) for number in range(_COUNT))


def _person(chance: Random, number: int) -> Person:
    first, last = chance.choice(_FIRST), chance.choice(_LAST)
    nth = number % (len(_COMPANIES) * 8)
    company = f"{_COMPANIES[nth % len(_COMPANIES)]} {nth // len(_COMPANIES) + 1}"
    domain = f"{company.lower().replace(' ', '')}.example.com"
    (city, state, country), (title, level, department) = _PLACES[nth % len(_PLACES)], chance.choice(_JOBS)
    employees, size = _SIZES[nth % len(_SIZES)]
    return {
        "first_name": first,
        "last_name": last,
        "title": title,
        "level": level,
        "department": department,
        "city": city,
        "state": state,
        "country": country,
        "company": company,
        "company_id": str(100_000 + nth),
        "domain": domain,
        "employees": employees,
        "size": size,
        "revenue": _REVENUES[nth % len(_REVENUES)],
        "industry": _INDUSTRIES[nth % len(_INDUSTRIES)],
        "email": f"{first}.{last}.{number}@{domain}".lower(),
    }
