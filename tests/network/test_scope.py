"""Whose staff one sees, and who may change what: checked by the database below the code."""

from datetime import date

import pytest

from forecourt.network.actions import certify_staff
from forecourt.network.actions import end_employment
from forecourt.network.actions import hire_staff
from forecourt.network.actions import revoke_certificate
from forecourt.network.models import Holding
from forecourt.network.models import Staff
from forecourt.network.models import Store
from forecourt.network.queries import able
from forecourt.network.queries import certificates_of
from forecourt.network.queries import missing_of
from forecourt.platform import roles
from forecourt.platform.actor import NETWORK_SCOPE
from forecourt.platform.actor import Actor
from forecourt.platform.actor import Scope
from forecourt.platform.refusals import Forbidden
from forecourt.platform.refusals import Invalid
from forecourt.platform.refusals import Missing
from forecourt.platform.refusals import Refused
from forecourt.platform.scope import reading
from tests.network.conftest import AT
from tests.network.conftest import manager_of

ON = AT.date()


def two_stores_of_different_operators() -> tuple[Store, Store]:
    with reading(NETWORK_SCOPE):
        mine = Store.objects.get(code="sh-001")
        return mine, Store.objects.exclude(operator=mine.operator_id).order_by("code")[0]


def test_an_operator_sees_its_own_staff_and_no_others(sample: dict):
    mine, other = two_stores_of_different_operators()
    with reading(Scope("operator", (mine.operator_id,))):
        assert set(Staff.objects.values_list("operator", flat=True)) == {mine.operator_id}
        assert not Staff.objects.filter(store=other.code).exists()
        assert not Holding.objects.filter(store=other.code).exists()


def test_a_store_sees_its_own_staff(sample: dict):
    with reading(Scope("store", ("sh-001",))):
        assert set(Staff.objects.values_list("store", flat=True)) == {"sh-001"}


def test_without_a_scope_nobody_sees_anything(sample: dict):
    with reading(Scope()):
        assert not Staff.objects.exists()
        assert not Store.objects.exists()


def test_everyone_signed_in_sees_where_stores_are(sample: dict):
    with reading(Scope("store", ("sh-001",))):
        assert Store.objects.count() == 9


def test_a_manager_hires_for_the_own_store_only(sample: dict):
    mine, other = two_stores_of_different_operators()
    manager = manager_of(mine.code)
    made = hire_staff(by=manager, at=AT, store=mine.code, name="测试员", role=roles.ADVISER, joined_on=ON)
    with reading(NETWORK_SCOPE):
        assert Staff.objects.get(code=made["staff"]).store == mine.code
    with pytest.raises(Forbidden, match=other.code):
        hire_staff(by=manager, at=AT, store=other.code, name="测试员", role=roles.ADVISER, joined_on=ON)


def test_nobody_is_hired_for_a_role_that_no_store_has(sample: dict, ops: Actor):
    with pytest.raises(Invalid, match="roles of a store are"):
        hire_staff(by=ops, at=AT, store="sh-001", name="测试员", role="planner", joined_on=ON)


def test_only_the_network_certifies(sample: dict):
    with pytest.raises(Forbidden):
        certify_staff(
            by=manager_of("sh-001"), at=AT, staff="st-00001", certificate="reception", valid_from=ON
        )


@pytest.fixture
def newcomer(sample: dict, ops: Actor) -> str:
    return hire_staff(by=ops, at=AT, store="sh-001", name="测试员", role=roles.ADVISER, joined_on=ON)["staff"]


def test_a_certificate_counts_from_its_day_until_it_is_revoked(newcomer: str, ops: Actor):
    made = certify_staff(by=ops, at=AT, staff=newcomer, certificate="test-drive", valid_from=ON)
    with reading(NETWORK_SCOPE):
        assert certificates_of(newcomer, ON) == {"test-drive"}
        assert certificates_of(newcomer, date(2026, 3, 9)) == frozenset()
        assert certificates_of(newcomer, date(2027, 3, 10)) == frozenset()
    revoke_certificate(by=ops, at=AT, holding=made["holding"], revoked_on=date(2026, 4, 1), reason="audit")
    with reading(NETWORK_SCOPE):
        assert certificates_of(newcomer, date(2026, 3, 31)) == {"test-drive"}
        assert certificates_of(newcomer, date(2026, 4, 1)) == frozenset()
        assert missing_of(newcomer, ["test-drive", "reception"], date(2026, 4, 1)) == (
            "test-drive",
            "reception",
        )
    with pytest.raises(Refused, match="already revoked"):
        revoke_certificate(
            by=ops, at=AT, holding=made["holding"], revoked_on=date(2026, 5, 1), reason="audit"
        )


def test_product_knowledge_is_held_by_brand(newcomer: str, ops: Actor):
    with pytest.raises(Invalid, match="held for each brand"):
        certify_staff(by=ops, at=AT, staff=newcomer, certificate="brand-product", valid_from=ON)
    certify_staff(by=ops, at=AT, staff=newcomer, certificate="brand-product", valid_from=ON, for_brand="aito")
    with reading(NETWORK_SCOPE):
        who = {person.code for person in able("sh-001", roles.ADVISER, ON, ["brand-product"], "aito")}
        assert newcomer in who
        assert newcomer not in {
            person.code for person in able("sh-001", roles.ADVISER, ON, ["brand-product"], "luxeed")
        }


@pytest.mark.parametrize(
    ("facts", "refusal", "code"),
    [
        ({"certificate": "juggling"}, Invalid, "network.certificate_unknown"),
        ({"certificate": "high-voltage"}, Refused, "network.certificate_role"),
        ({"certificate": "reception", "for_brand": "aito"}, Invalid, "network.brand_not_needed"),
        ({"certificate": "reception", "staff": "st-99999"}, Missing, "network.staff_unknown"),
    ],
)
def test_certificates_are_given_by_the_rules(
    newcomer: str, ops: Actor, facts: dict, refusal: type, code: str
):
    with pytest.raises(refusal) as refused:
        certify_staff(by=ops, at=AT, **({"staff": newcomer, "valid_from": ON} | facts))
    assert refused.value.code == code


def test_the_same_certificate_twice_from_one_day_is_refused(newcomer: str, ops: Actor):
    certify_staff(by=ops, at=AT, staff=newcomer, certificate="reception", valid_from=ON)
    with pytest.raises(Refused, match="already has"):
        certify_staff(by=ops, at=AT, staff=newcomer, certificate="reception", valid_from=ON)


def test_who_left_no_longer_works(newcomer: str, ops: Actor):
    end_employment(by=ops, at=AT, staff=newcomer, left_on=date(2026, 4, 1))
    with reading(NETWORK_SCOPE):
        assert Staff.objects.working_on(date(2026, 3, 31)).filter(code=newcomer).exists()
        assert not Staff.objects.working_on(date(2026, 4, 1)).filter(code=newcomer).exists()
