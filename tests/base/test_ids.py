"""Identifiers carry their time and rise; codes are readable."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC
from datetime import datetime
from datetime import timedelta
from itertools import pairwise
from uuid import RFC_4122
from uuid import uuid4

import pytest

from forecourt.base.ids import code
from forecourt.base.ids import is_code
from forecourt.base.ids import new_id
from forecourt.base.ids import slug
from forecourt.base.ids import time_of

AT = datetime(2026, 11, 24, 2, 0, 0, 123_000, tzinfo=UTC)


def test_an_id_is_a_uuid_of_version_7_that_carries_its_time() -> None:
    value = new_id(AT)
    assert (value.version, value.variant) == (7, RFC_4122)
    assert time_of(value) == AT


def test_ids_rise_with_time_to_the_microsecond_and_within_it() -> None:
    moments = [AT + timedelta(microseconds=number) for number in range(2000)]
    ids = [new_id(at) for at in moments]
    assert ids == sorted(ids)
    same = [new_id(AT) for _ in range(1000)]
    assert sum(first > second for first, second in pairwise(same)) <= 1  # the counter may turn over once


def test_ids_of_one_moment_are_different_in_all_threads() -> None:
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda _: new_id(AT), range(20_000)))
    assert len(set(ids)) == len(ids)


def test_wrong_times_are_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        new_id(datetime(2026, 11, 24))  # noqa: DTZ001 - the mistake under test
    with pytest.raises(ValueError, match="before 1970"):
        new_id(datetime(1969, 12, 31, tzinfo=UTC))
    with pytest.raises(ValueError, match="version 4"):
        time_of(uuid4())


def test_codes_are_readable() -> None:
    assert code("sh", 3) == "sh-003"
    assert code("st", 42, width=5) == "st-00042"
    assert slug("AITO M7 (2025)") == "aito-m7-2025"
    assert is_code("aito-m7-2025-max-5")
    assert not any(map(is_code, ("", "Sh-003", "sh_003", "-sh", "sh-", "3-sh", "s" * 65)))
    for wrong in (lambda: code("SH", 1), lambda: code("sh", -1), lambda: slug("问界")):
        with pytest.raises(ValueError, match=r"cod"):
            wrong()
