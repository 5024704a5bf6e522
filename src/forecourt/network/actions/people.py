"""Hiring, leaving, certificates given and taken. The network certifies; stores and dealer groups hire."""

from datetime import date
from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from forecourt.base.ids import code as make_code
from forecourt.base.ids import new_id
from forecourt.network import queries
from forecourt.network.models import Brand
from forecourt.network.models import Certificate
from forecourt.network.models import Holding
from forecourt.network.models import Staff
from forecourt.network.models import Store
from forecourt.network.queries import staff_of
from forecourt.network.queries import store_of
from forecourt.network.records import record
from forecourt.platform.actions import Doing
from forecourt.platform.actions import Result
from forecourt.platform.actions import action
from forecourt.platform.models import User
from forecourt.platform.models import as_id
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Forbidden
from forecourt.platform.refusals import Invalid
from forecourt.platform.refusals import Missing
from forecourt.platform.refusals import Refused
from forecourt.platform.roles import NETWORK_OPS
from forecourt.platform.roles import OPERATOR_MANAGER
from forecourt.platform.roles import STORE_MANAGER
from forecourt.platform.roles import STORE_STAFF

HIRING = (NETWORK_OPS, OPERATOR_MANAGER, STORE_MANAGER)


@action("network.hire_staff", roles=HIRING)
def hire_staff(do: Doing, *, store: str, name: str, role: str, joined_on: date, code: str = "") -> Result:
    """Take somebody on in a store of one's own. Whoever is hired serves customers once they are certified."""
    if role not in STORE_STAFF:
        text = _("The role {role} does not work in a store; roles of a store are {known}.")
        raise Invalid(
            Blocked("network.role_unknown", text.format(role=role, known=", ".join(STORE_STAFF)), "role")
        )
    home = store_of(store)
    _own(do, home)
    with do.above():
        staff = code or _next_code()
    person = Staff(code=staff, name=name, role=role, joined_on=joined_on, **home.place().columns())
    text = _("The code {code} belongs to another member of staff. Leave it out, or repeat the request.")
    taken = Blocked("network.staff_code_taken", text.format(code=staff), "code")
    with do.refusing(constraint="network_staff_pkey", problem=taken):
        person.save(force_insert=True)
    record(do, "staff_hired", "staff", staff, home.place(), role=role, joined_on=joined_on.isoformat())
    return {"staff": staff}


def _own(do: Doing, store: Store) -> None:
    """Managers hire for their own stores."""
    scope, place = do.by.scope, store.place()
    mine = {"network": True, "operator": place.operator in scope.ids, "store": place.store in scope.ids}
    if not mine.get(scope.level, False):
        raise Forbidden(
            Blocked("network.other_store", _("Store {store} is not yours.").format(store=store.code), "store")
        )


def _next_code() -> str:
    """The number after the highest; two at once collide on the primary key, and one of them is repeated."""
    last = Staff.objects.filter(code__startswith="st-").order_by("code").values_list("code", flat=True).last()
    return make_code("st", int(last.removeprefix("st-")) + 1 if last else 1, 5)


@action("network.end_employment", roles=HIRING)
def end_employment(do: Doing, *, staff: str, left_on: date) -> Result:
    """The first day on which somebody no longer works in the store."""
    person = staff_of(staff)
    if left_on < person.joined_on:
        text = _("{staff} cannot leave on {left}, before joining on {joined}.")
        raise Refused(
            Blocked(
                "network.left_before",
                text.format(staff=staff, left=left_on, joined=person.joined_on),
                "left_on",
            )
        )
    person.left_on = left_on
    person.save(update_fields=["left_on"])
    if left_on <= do.at.date():
        close_accounts([staff])
    record(do, "staff_left", "staff", staff, person.place(), left_on=left_on.isoformat())
    return {"staff": staff}


@action("network.close_leavers")
def close_leavers(do: Doing) -> Result:
    """Whoever has left by today signs in no more: accounts, sessions and tokens of theirs end."""
    gone = Staff.objects.filter(left_on__lte=do.at.date()).values_list("code", flat=True)
    return {"closed": close_accounts(list(gone))}


def close_accounts(staff: list[str]) -> int:
    """Shut the accounts of members of staff. An inactive account has neither session nor token that holds."""
    return User.objects.filter(staff__in=staff, is_active=True).update(is_active=False)


@action("network.certify_staff", roles=(NETWORK_OPS,))
def certify_staff(
    do: Doing, *, staff: str, certificate: str, valid_from: date, for_brand: str = "", examiner: str = ""
) -> Result:
    """Give somebody a certificate; it runs out after the months that the certificate says."""
    person, kind = staff_of(staff), _certificate(certificate)
    _check_brand(kind, for_brand)
    _check_role(kind, person)
    held = Holding(
        id=new_id(do.at),
        staff=person,
        certificate=kind,
        for_brand=for_brand,
        valid_from=valid_from,
        valid_to=valid_from + timedelta(days=kind.months * 365 // 12),
        examiner=examiner or do.by.code,
        **person.place().columns(),
    )
    text = _("{staff} already has the certificate {certificate} from {on}.")
    twice = Blocked(
        "network.certified_before",
        text.format(staff=staff, certificate=certificate, on=valid_from),
        "valid_from",
    )
    with do.refusing(constraint="network_holding_once", problem=twice):
        held.save(force_insert=True)
    queries.forget()
    record(
        do, "staff_certified", "staff", staff, person.place(),
        certificate=certificate, for_brand=for_brand, valid_from=valid_from.isoformat(), valid_to=held.valid_to.isoformat(),
    )  # fmt: skip
    return {"holding": str(held.id), "valid_to": held.valid_to.isoformat()}


def _certificate(code: str) -> Certificate:
    found = Certificate.objects.filter(code=code).first()
    if found is None:
        known = ", ".join(Certificate.objects.order_by("code").values_list("code", flat=True))
        text = _("There is no certificate {code}; the methodology knows {known}.")
        raise Invalid(
            Blocked("network.certificate_unknown", text.format(code=code, known=known), "certificate")
        )
    return found


def _check_brand(kind: Certificate, for_brand: str) -> None:
    """A certificate held by brand names one that exists; the others name none."""
    if kind.by_brand and not Brand.objects.filter(code=for_brand).exists():
        text = _(
            "The certificate {certificate} is held for each brand; name one of the network's brands, not {brand}."
        )
        raise Invalid(
            Blocked(
                "network.brand_needed",
                text.format(certificate=kind.code, brand=for_brand or "-"),
                "for_brand",
            )
        )
    if for_brand and not kind.by_brand:
        text = _("The certificate {certificate} covers every brand; leave the brand out.")
        raise Invalid(Blocked("network.brand_not_needed", text.format(certificate=kind.code), "for_brand"))


def _check_role(kind: Certificate, person: Staff) -> None:
    if kind.held_by and person.role not in kind.held_by:
        text = _("The certificate {certificate} is for {roles}; {staff} works as {role}.")
        raise Refused(
            Blocked(
                "network.certificate_role",
                text.format(
                    certificate=kind.code, roles=", ".join(kind.held_by), staff=person.code, role=person.role
                ),
                "certificate",
            )
        )


@action("network.revoke_certificate", roles=(NETWORK_OPS,))
def revoke_certificate(do: Doing, *, holding: str | UUID, revoked_on: date, reason: str) -> Result:
    """From that day on the certificate no longer counts. What was done under it before stays done."""
    held = Holding.objects.filter(id=as_id(holding)).first()
    if held is None:
        text = _("There is no certificate {holding} that you may see.")
        raise Missing(Blocked("network.holding_unknown", text.format(holding=holding), "holding"))
    if held.revoked_on:
        text = _("The certificate was already revoked on {on}.")
        raise Refused(Blocked("network.revoked_before", text.format(on=held.revoked_on)))
    held.revoked_on, held.reason = revoked_on, reason
    held.save(update_fields=["revoked_on", "reason"])
    queries.forget()
    record(
        do, "certificate_revoked", "staff", held.staff_id, held.place(),
        certificate=held.certificate_id, holding=str(held.id), revoked_on=revoked_on.isoformat(),
    )  # fmt: skip
    return {"holding": str(held.id)}
