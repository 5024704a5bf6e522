"""Opening stores and taking on staff by the API."""

from typing import Any

import pytest

from tests.network.test_api import call  # noqa: F401 - a fixture

STORE = {
    "city": "sh", "format": "exclusive_centre", "grade": "B", "operator": "op-001", "brands": ["shangjie"],
    "name_zh": "上海临港尚界用户中心", "name_en": "Shanghai Lingang Shangjie user centre",
    "lat": 30.9, "lon": 121.9, "opened_on": "2026-04-01",
}  # fmt: skip
PERSON = {"store": "sh-001", "name": "测试员", "role": "adviser", "joined_on": "2026-03-10"}


def test_a_store_is_opened_once_under_one_key(call: Any):  # noqa: F811
    first = call("network_ops", "/stores", STORE, key="open-1")
    again = call("network_ops", "/stores", STORE, key="open-1")
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    shown = call("network_ops", f"/stores/{first.json()['store']}").json()
    assert (shown["brand"], shown["delivery_bays"], shown["opened_on"]) == ("shangjie", 8, "2026-04-01")
    assert {row["work"] for row in shown["franchises"]} == {"sales", "delivery", "service"}
    assert shown["hours"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"format": "garage"}, "/format"),
        ({"city": "atlantis"}, "/city"),
        ({"brands": []}, "/brands"),
        ({"lat": 95}, "/lat"),
        ({"code": "SH 1"}, "/code"),
        ({"opened_on": "soon"}, "/opened_on"),
    ],
)
def test_what_is_wrong_with_a_store_is_pointed_at(call: Any, change: dict[str, Any], pointer: str):  # noqa: F811
    answer = call("network_ops", "/stores", STORE | change)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer


def test_a_code_of_a_store_is_used_once(call: Any):  # noqa: F811
    answer = call("network_ops", "/stores", STORE | {"code": "sh-001"})
    assert answer.status_code == 409 and "sh-001" in answer.json()["detail"]


def test_a_manager_opens_no_store(call: Any):  # noqa: F811
    assert call("store_manager", "/stores", STORE).status_code == 403


def test_a_manager_hires_for_the_own_store_once_under_one_key(call: Any):  # noqa: F811
    first = call("store_manager", "/staff", PERSON, key="hire-1")
    again = call("store_manager", "/staff", PERSON, key="hire-1")
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    shown = call("store_manager", f"/staff/{first.json()['staff']}").json()
    assert (shown["store"], shown["role"], shown["certificates"]) == ("sh-001", "adviser", [])


def test_a_manager_hires_for_no_other_store(call: Any):  # noqa: F811
    stores = [one["code"] for one in call("network_ops", "/stores").json()["items"]]
    other = next(code for code in stores if code != "sh-001")
    assert call("store_manager", "/staff", PERSON | {"store": other}).status_code in (403, 404)
    assert call("network_ops", "/staff", PERSON | {"store": other}).status_code == 201


def test_a_code_of_staff_is_used_once(call: Any):  # noqa: F811
    answer = call("network_ops", "/staff", PERSON | {"code": "st-00001"})
    assert answer.status_code == 409 and "st-00001" in answer.json()["detail"]


def test_a_role_that_works_in_no_store_is_pointed_at(call: Any):  # noqa: F811
    answer = call("network_ops", "/staff", PERSON | {"role": "planner"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/role"


def test_an_adviser_hires_nobody(call: Any):  # noqa: F811
    assert call("adviser", "/staff", PERSON).status_code == 403
