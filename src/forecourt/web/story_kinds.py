"""What each kind of journal entry is called, how it is coloured, and the sentence that tells its data."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Kind:
    """Title, tone and sentence of a kind. `of_step` puts the step's own title behind the title."""

    title: Text
    tone: str = "quiet"
    says: Text = ""
    of_step: bool = False


KINDS: Final[dict[str, Kind]] = {
    # network
    "network.sample_loaded": Kind(_("The sample network was loaded")),
    "network.staff_hired": Kind(_("Joined the store"), "info"),
    "network.staff_left": Kind(_("Left the store")),
    "network.staff_certified": Kind(_("Certificate granted"), "good"),
    "network.certificate_revoked": Kind(_("Certificate revoked"), "bad"),
    "network.function_assigned": Kind(_("Who decides was changed"), "info"),
    "network.special_day_set": Kind(_("Opening hours of a day were changed"), "info"),
    "network.store_opened": Kind(_("The store opened"), "good"),
    "network.store_closed": Kind(_("The store closed")),
    # people
    "people.consent_given": Kind(_("Agreed"), "good", _("{purpose}, by {channel}")),
    "people.consent_withdrawn": Kind(_("Agrees no more"), "quiet", _("{purpose}")),
    "people.unmasked": Kind(_("Full contact details were shown"), "warn", _("Reason: {reason}")),
    "people.restricted": Kind(_("Asked to be forgotten"), "warn"),
    # journeys
    "journeys.published": Kind(_("A playbook was published"), "info", _("Version {version}")),
    "journeys.started": Kind(_("Journey began"), "info", _("{playbook}")),
    "journeys.step_done": Kind(_("Done"), "good", _("{outcome}"), of_step=True),
    "journeys.step_late": Kind(_("Late"), "bad", _("Due {due_at}"), of_step=True),
    "journeys.step_withdrawn": Kind(_("Taken back"), "warn", of_step=True),
    "journeys.escalated": Kind(_("Escalated"), "warn", _("{action}"), of_step=True),
    "journeys.assigned": Kind(_("Handed over to a colleague"), "info", _("to {to}")),
    "journeys.migrated": Kind(_("Continues under a newer playbook"), "quiet", _("from {from} to {to}")),
    "journeys.ended": Kind(_("Journey ended"), "quiet", _("{playbook}: {outcome}")),
    # demand
    "demand.lead_received": Kind(_("Enquiry received"), "info", _("{channel}")),
    "demand.lead_joined": Kind(_("Known by an earlier contact"), "quiet", _("by {keys}")),
    "demand.lead_routed": Kind(_("Enquiry given to a store"), "info", _("{store}")),
    "demand.lead_refused": Kind(_("Enquiry could not be read"), "bad"),
    "demand.document_opened": Kind(_("The enquiry was read as it came"), "warn", _("Reason: {reason}")),
    "demand.opportunity_reassigned": Kind(_("Given to another store"), "warn"),
    # sales
    "sales.licence_checked": Kind(_("Driving licence checked"), "good", _("{result}")),
    "sales.test_drive_booked": Kind(_("Test drive booked"), "info", _("{model}, {slot}")),
    "sales.test_drive_done": Kind(_("Test drive"), "good", _("{result}")),
    "sales.test_drive_cancelled": Kind(_("Test drive given up")),
    "sales.quoted": Kind(_("Quote from the price list"), "info", _("{trim}, {price}")),
    "sales.order_placed": Kind(_("Order reserved, refundable"), "good", _("{trim}, {price}")),
    "sales.payment_received": Kind(_("Payment received"), "good", _("{amount}, {purpose}")),
    "sales.order_confirmed": Kind(
        _("Order firm, deposit at risk"), "good", _("to be locked by {lock_by_at}")
    ),
    "sales.order_locked": Kind(_("Order locked, in the queue"), "good", _("{trim}, {price}")),
    "sales.order_changed": Kind(_("Order changed"), "warn"),
    "sales.lock_window_passed": Kind(_("The window to lock has passed"), "warn"),
    "sales.refund_approved": Kind(_("Refund of the deposit approved"), "info"),
    "sales.order_cancelled": Kind(_("Order cancelled"), "quiet", _("{refund} given back")),
    "sales.opportunity_lost": Kind(_("Closed as lost"), "quiet", _("{reason}")),
    # supply
    "supply.vehicle_received": Kind(_("A car arrived"), "info", _("{vin}")),
    "supply.vehicle_allocated": Kind(
        _("Car allocated"), "good", _("from place {queue_place} in the queue, car {vin}")
    ),
    "supply.vehicle_offered": Kind(
        _("A car that another customer refused was offered"), "info", _("car {vin}")
    ),
    "supply.vehicle_refused": Kind(_("Car refused, the place in the queue is kept"), "warn", _("car {vin}")),
    "supply.allocation_asked": Kind(_("Allocation out of turn asked for"), "warn", _("car {vin}")),
    "supply.allocation_decided": Kind(_("Allocation out of turn decided"), "info", _("{state}")),
    # delivery
    "delivery.item_corrected": Kind(_("An item of a checklist was corrected"), "warn"),
    "delivery.prepared": Kind(_("Car prepared"), "good", _("car {vin}")),
    "delivery.appointment_made": Kind(
        _("Handover appointed"), "info", _("{starts_at}, bay {bay}, {specialist}")
    ),
    "delivery.appointment_moved": Kind(
        _("Handover moved"), "warn", _("{starts_at}, bay {bay}, {specialist}")
    ),
    "delivery.appointment_called_off": Kind(_("Handover called off"), "warn", _("{starts_at}")),
    "delivery.handed_over": Kind(_("Car handed over"), "good", _("{trim}, car {vin}")),
    # care
    "care.visit_booked": Kind(_("Service visit booked"), "info", _("{starts_at}, bay {bay}")),
    "care.visit_moved": Kind(_("Service visit moved"), "info", _("{starts_at}, bay {bay}")),
    "care.visit_cancelled": Kind(_("Service visit cancelled")),
    "care.visit_missed": Kind(_("Did not come to the service visit"), "warn"),
    "care.repair_declined": Kind(_("Repair declined by the customer")),
    "care.repair_order_opened": Kind(_("Repair order opened"), "info", _("car {vin}")),
    "care.repair_order_closed": Kind(_("Repair order closed"), "good", _("{amount}")),
    # settlement
    "settlement.posted": Kind(_("Fees posted")),
    "settlement.statement_issued": Kind(_("Statement issued"), "info"),
    # voice
    "voice.survey_sent": Kind(_("Asked for feedback"), "quiet"),
    "voice.survey_answered": Kind(_("Feedback given"), "info", _("{score} of 10")),
}

WORDS: Final[dict[str, Text]] = {
    # what a playbook is about
    "opportunity": _("Opportunity"),
    "order": _("Order"),
    "vehicle": _("Vehicle"),
    "repair_order": _("Repair order"),
    "case": _("Case"),
    # purposes of consent and of payment
    "contact": _("Contact about the enquiry"),
    "test-drive": _("Test drive and licence check"),
    "sharing": _("Sharing with another brand or store"),
    "marketing": _("News and invitations"),
    "survey": _("Feedback questions"),
    "vehicle-data": _("Reading vehicle data in the workshop"),
    "reservation": _("reservation"),
    "firm_deposit": _("firm deposit"),
    # channels and keys
    "store": _("in the store"),
    "own_page": _("on the customer's own page"),
    "phone": _("phone"),
    "email": _("email"),
    "web": _("website"),
    "app": _("app"),
    "wecom": _("WeCom"),
    # ways to pay
    "wechat": _("WeChat Pay"),
    "alipay": _("Alipay"),
    "card": _("Card"),
    "transfer": _("Bank transfer"),
    # outcomes and reasons
    "driven": _("driven"),
    "not_come": _("did not come"),
    "valid": _("valid"),
    "invalid": _("not valid"),
    "not_shown": _("not shown"),
    "approved": _("approved"),
    "refused": _("refused"),
    "asked": pgettext_lazy("request", "asked"),
    "notify": _("the manager was told"),
    "reassign": _("given to a colleague"),
    "reroute": _("another store was asked for"),
    # deviations
    "skipped": _("a step was left out"),
    "early": _("out of order"),
    "repeated": _("done again"),
    "late": _("late"),
    "wrong_role": _("done by another role, or without the certificate"),
    "evidence_missing": _("without the evidence asked for"),
    "advice_ignored": _("against the advice of the playbook"),
}
