"""Whoever has left signs in no more."""

from datetime import timedelta

from forecourt.network.actions import close_leavers
from forecourt.network.actions import end_employment
from forecourt.platform.models import User


def user_of(adviser):
    return User.objects.create_user(
        "leaver",
        password="a long enough password",
        role=adviser.role,
        level="store",
        ids=list(adviser.scope.ids),
        staff=adviser.code,
    )


def test_an_account_ends_with_the_employment(network_of_three, adviser, system, at):
    user_of(adviser)
    end_employment(by=system, at=at, staff=adviser.code, left_on=at.date())
    assert not User.objects.get(username="leaver").is_active


def test_an_employment_that_ends_later_ends_the_account_on_that_day(network_of_three, adviser, system, at):
    user_of(adviser)
    end_employment(by=system, at=at, staff=adviser.code, left_on=at.date() + timedelta(days=3))
    close_leavers(by=system, at=at)
    assert User.objects.get(username="leaver").is_active
    close_leavers(by=system, at=at + timedelta(days=3))
    assert not User.objects.get(username="leaver").is_active
