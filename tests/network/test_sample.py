"""The sample network: what the methodology asks for, and the same for the same seed."""

from datetime import date
from random import Random

import pytest
from django.conf import settings

from forecourt.network import sample as loading
from forecourt.network.actions import load_sample
from forecourt.network.methodology import read_yaml
from forecourt.network.models import Governance
from forecourt.network.models import Holding
from forecourt.network.models import Staff
from forecourt.network.models import Store
from forecourt.network.models import Trim
from forecourt.network.sampling import Kind
from forecourt.network.sampling import Town
from forecourt.network.sampling import kinds
from forecourt.network.sampling import make_stores
from forecourt.network.sampling import number_of_cities
from forecourt.network.sampling import shares
from forecourt.network.staffing import Training
from forecourt.network.staffing import make_staff
from forecourt.platform.actor import NETWORK_SCOPE
from forecourt.platform.actor import Actor
from forecourt.platform.models import User
from forecourt.platform.refusals import Invalid
from forecourt.platform.refusals import Refused
from forecourt.platform.roles import EMPLOYED
from forecourt.platform.scope import reading
from tests.network.conftest import AT

OPERATORS = [f"op-{number:03d}" for number in range(11)]
TOWNS = [
    Town("sh", "east", "上海", "Shanghai", 31.22, 121.54, 3, "浦东", "Pudong"),
    Town("sh", "east", "上海", "Shanghai", 31.11, 121.38, 2, "闵行", "Minhang"),
    Town("bj", "north", "北京", "Beijing", 39.9, 116.4, 4),
]


def plan(stores: int):
    return loading.plan_of(read_yaml(settings.FORECOURT_METHODOLOGY, "network.yaml"), stores, OPERATORS)


def made(stores: int, seed: int):
    return make_stores(plan(stores), TOWNS, Random(seed))


def test_largest_remainders_add_up_and_keep_the_proportion():
    assert shares(60, {"experience": 4, "user": 2, "exclusive": 3}) == {
        "experience": 27,
        "user": 13,
        "exclusive": 20,
    }
    assert sum(shares(7, {"a": 1, "b": 1, "c": 1}).values()) == 7


def test_a_network_of_sixty_is_in_twenty_cities_and_the_full_one_in_about_two_hundred_and_thirty():
    assert number_of_cities(60, 20, 337) == 20
    assert number_of_cities(2150, 20, 337) == pytest.approx(230, abs=3)
    assert number_of_cities(1, 20, 337) == 1


def test_even_one_store_is_a_user_centre():
    assert kinds(plan(1)) == [Kind("user_centre")]


def test_the_same_seed_makes_the_same_stores_and_another_seed_others():
    assert made(12, 7) == made(12, 7)
    assert [store.lat for store in made(12, 7)] != [store.lat for store in made(12, 8)]


def test_the_same_seed_makes_the_same_people():
    network = read_yaml(settings.FORECOURT_METHODOLOGY, "network.yaml")
    staffing = {code: one["staff"] for code, one in network["formats"].items()}
    training = Training(
        read_yaml(settings.FORECOURT_METHODOLOGY, "vocabulary.yaml")["certificates"], date(2026, 3, 10)
    )
    first, second = (make_staff(made(5, 1), staffing, training, 3) for _ in range(2))
    assert first == second
    assert [one.name for one in first] != [one.name for one in make_staff(made(5, 1), staffing, training, 4)]


def test_codes_and_names_are_unique():
    stores = made(40, 1)
    assert len({store.code for store in stores}) == 40
    assert len({(store.name_zh, store.kind) for store in stores}) == 40


def test_an_exclusive_centre_sells_one_brand_and_services_all_since_the_shared_network():
    centre = next(store for store in made(12, 1) if store.kind.brand)
    assert {brand for brand, work, _ in centre.franchises if work == "sales"} == {centre.kind.brand}
    others = [
        since for brand, work, since in centre.franchises if work == "service" and brand != centre.kind.brand
    ]
    assert len(others) == 4
    assert min(others) >= date(2025, 12, 9)


def test_the_loaded_network_has_what_the_methodology_says(sample: dict):
    assert sample["stores"] == 9
    assert sample["home"] == "sh-001"
    with reading(NETWORK_SCOPE):
        formats = list(Store.objects.order_by("code").values_list("format", flat=True))
        assert sorted(formats).count("user_centre") == 2
        assert Store.objects.exclude(brand=None).count() == 3
        assert Staff.objects.count() == sample["staff"] == 4 * 8 + 5 * 25
        assert Holding.objects.exists()
        assert Governance.objects.count() == sample["governance"]
        assert Trim.objects.offered_on(AT.date()).filter(model="aito-m9").exists()


def test_each_store_has_two_of_every_role_who_hold_all_they_need(sample: dict):
    with reading(NETWORK_SCOPE):
        for store in Store.objects.selling("aito", AT.date()):
            able = Staff.objects.in_store(store.code).in_role("adviser")
            held = able.holding_all(["reception", "test-drive", "brand-product"], AT.date(), "aito")
            assert held.count() >= 2


def test_every_persona_has_a_user_who_sees_a_part_of_the_network(sample: dict):
    users = {user.persona: user for user in User.objects.all()}
    assert set(users) == set(EMPLOYED)
    assert users["adviser"].actor().scope.ids == ("sh-001",)
    assert users["adviser"].staff.startswith("st-")
    assert users["carmaker"].actor().scope.level == "brand"
    assert not users["network_ops"].has_usable_password()


def test_a_second_sample_is_refused(sample: dict, ops: Actor):
    with pytest.raises(Refused, match="network already") as refused:
        load_sample(by=ops, at=AT, stores=9, seed=1)
    assert refused.value.code == "network.sample_loaded"


def test_a_sample_of_no_stores_is_invalid(db: None, ops: Actor):
    with pytest.raises(Invalid, match="1 to 3000"):
        load_sample(by=ops, at=AT, stores=0, seed=1)


def test_in_a_network_of_sixty_every_brand_is_handed_over_in_every_region(db: None, ops: Actor):
    load_sample(by=ops, at=AT, stores=60, seed=1)
    with reading(NETWORK_SCOPE):
        regions = set(Store.objects.values_list("region", flat=True))
        assert len(regions) == 7
        for brand in ("aito", "luxeed", "maextro", "shangjie", "stelato"):
            able = Store.objects.delivering(brand, AT.date()).filter(delivery_bays__gt=0)
            assert set(able.values_list("region", flat=True)) == regions, brand
