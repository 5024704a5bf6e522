"""The rules by themselves: facts in, answer out."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecourt.sales import rules
from forecourt.sales.models.orders import FIRM
from forecourt.sales.models.orders import LOCKED
from forecourt.sales.models.orders import RESERVED
from forecourt.sales.terms import Terms
from forecourt.sales.terms import terms

AMOUNTS = st.decimals(min_value=0, max_value=100_000, places=2)
TERMS = Terms(Decimal("1000.00"), Decimal("5000.00"), timedelta(hours=72), timedelta(minutes=45))


def test_the_methodology_gives_the_terms():
    assert terms() == TERMS


@pytest.mark.parametrize(
    "wrong",
    [
        {"reservation": Decimal(0)},
        {"reservation": Decimal(6000)},
        {"lock_window": timedelta()},
        {"test_drive": timedelta()},
    ],
)
def test_impossible_terms_are_refused_at_birth(wrong):
    with pytest.raises(ValueError, match="must"):
        Terms(
            **(
                {
                    "reservation": Decimal(1),
                    "firm_deposit": Decimal(2),
                    "lock_window": timedelta(1),
                    "test_drive": timedelta(1),
                }
                | wrong
            )
        )


@given(AMOUNTS)
def test_reservation_and_rest_make_the_firm_deposit(paid):
    due = rules.firm_due(TERMS, paid)
    assert due >= 0
    assert paid + due == max(paid, TERMS.firm_deposit)


@given(
    st.sampled_from([RESERVED, FIRM, LOCKED]),
    AMOUNTS,
    st.booleans(),
    st.booleans(),
    st.sampled_from(["adviser", "store_manager", "network_ops"]),
)
def test_a_refund_is_nothing_or_all_and_never_without_the_right_person(
    state, paid, wants_all, approved, role
):
    answer = rules.refund(state, paid, wants_all=wants_all, approved=approved, role=role)
    assert answer.amount in (Decimal("0.00"), paid)
    if state == RESERVED:
        assert answer == rules.Refund(paid)
    elif answer.amount:
        assert wants_all
        assert approved or role in (rules.approver_of(state), "network_ops")
    else:
        assert bool(answer.approver) == (
            wants_all and not approved and role not in (rules.approver_of(state), "network_ops")
        )


def test_the_lock_window_counts_around_the_clock(at):
    assert rules.lock_by(TERMS, at) == at + timedelta(days=3)
