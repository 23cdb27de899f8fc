"""Makes census.csv: invented people, in the shape of the Adult Census data set.

Run it without arguments to print the file, with a path to write it there:

    python make_census.py census.csv

Draws with nothing but random() of a seeded generator, which Python keeps the same from release
to release, and adds with fsum, which rounds the same way everywhere: so does the file come out.
"""

import argparse
import math
import random
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

Key = TypeVar("Key")

SEED = 1994
ROWS = 3000
COLUMNS = ["education", "marital-status", "hours-per-week", "income"]

# Share of the people in percent, and what the education adds to the log-odds of a high income.
EDUCATION: Mapping[str, tuple[float, float]] = {
    "Preschool": (0.2, -3.0),
    "1st-4th": (0.5, -2.4),
    "5th-6th": (1.0, -2.1),
    "7th-8th": (2.0, -1.7),
    "9th": (1.6, -1.7),
    "10th": (2.8, -1.4),
    "11th": (3.6, -1.3),
    "12th": (1.3, -1.0),
    "HS-grad": (32.3, -0.4),
    "Some-college": (22.3, 0.1),
    "Assoc-voc": (4.3, 0.4),
    "Assoc-acdm": (3.3, 0.4),
    "Bachelors": (16.5, 1.4),
    "Masters": (5.4, 2.0),
    "Prof-school": (1.7, 2.9),
    "Doctorate": (1.2, 3.0),
}

# What the marital status adds to the log-odds of a high income.
MARITAL_STATUS: Mapping[str, float] = {
    "Never-married": -2.0,
    "Married-civ-spouse": 0.8,
    "Married-AF-spouse": 0.8,
    "Married-spouse-absent": -1.7,
    "Separated": -1.8,
    "Divorced": -1.4,
    "Widowed": -1.5,
}

# Share in percent, by age: the young are single, the old may be widowed.
MARITAL_STATUS_BY_AGE: Mapping[tuple[int, int], Mapping[str, float]] = {
    (17, 24): {"Never-married": 83, "Married-civ-spouse": 13, "Divorced": 2, "Separated": 2},
    (25, 34): {
        "Never-married": 40,
        "Married-civ-spouse": 44,
        "Married-AF-spouse": 0.2,
        "Married-spouse-absent": 1.5,
        "Separated": 3.3,
        "Divorced": 11,
    },
    (35, 54): {
        "Never-married": 14,
        "Married-civ-spouse": 59,
        "Married-spouse-absent": 1.5,
        "Separated": 4,
        "Divorced": 19.5,
        "Widowed": 2,
    },
    (55, 79): {
        "Never-married": 7,
        "Married-civ-spouse": 62,
        "Married-spouse-absent": 1.5,
        "Separated": 2.5,
        "Divorced": 14,
        "Widowed": 13,
    },
}

AGE_GROUPS: Mapping[tuple[int, int], float] = {
    (17, 24): 17,
    (25, 34): 26,
    (35, 54): 43,
    (55, 79): 14,
}


def pick(rng: random.Random, shares: Mapping[Key, float]) -> Key:
    """One of the keys, as often as its share says."""
    point = rng.random() * math.fsum(shares.values())
    for key, share in shares.items():
        point -= share
        if point < 0:
            return key
    return key


def hours_per_week(rng: random.Random, age: int, education_effect: float) -> int:
    """Forty for most people; the rest spread around what age and education suggest."""
    if (age >= 25 and rng.random() < 0.5) or rng.random() < 0.2:
        return 40
    mean = 31 if age < 25 else 35 if age >= 62 else 44
    bell = math.fsum(rng.random() for _ in range(12)) - 6  # near enough to normal
    hours = mean + 1.5 * education_effect + 12 * bell
    if rng.random() < 0.6:  # people like round numbers
        hours = 5 * round(hours / 5)
    return max(1, min(99, round(hours)))


def person(rng: random.Random) -> list[str]:
    """One row: the income depends on the other columns, on age, and on luck."""
    youngest, oldest = pick(rng, AGE_GROUPS)
    age = youngest + int(rng.random() * (oldest - youngest + 1))
    shares = {name: share for name, (share, _) in EDUCATION.items()}
    if age < 23:  # nobody has had the time
        shares |= {"Masters": 0, "Prof-school": 0, "Doctorate": 0, "Bachelors": 4}
    education = pick(rng, shares)
    education_effect = EDUCATION[education][1]
    marital_status = pick(rng, MARITAL_STATUS_BY_AGE[youngest, oldest])
    hours = hours_per_week(rng, age, education_effect)
    log_odds = (
        -1.6
        + 1.15 * education_effect
        + 1.15 * MARITAL_STATUS[marital_status]
        + 0.05 * (hours - 40)
        + 0.025 * (min(age, 60) - 40)
    )
    rich = rng.random() < 1 / (1 + math.exp(-log_odds))
    return [education, marital_status, str(hours), ">50K" if rich else "<=50K"]


def census() -> str:
    """The whole file."""
    rng = random.Random(SEED)  # noqa: S311 -- nothing secret
    rows = [COLUMNS, *(person(rng) for _ in range(ROWS))]
    return "".join(",".join(row) + "\n" for row in rows)


def main() -> None:
    """Write or print it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("file", nargs="?", type=Path, help="where to write; default: print")
    file = parser.parse_args().file
    if file is None:
        sys.stdout.write(census())
    else:
        file.write_text(census(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
