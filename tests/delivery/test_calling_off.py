"""An appointment is called off by the API, as on the page."""

from datetime import timedelta
from uuid import UUID

import pytest

from forecourt.delivery.models import Appointment
from forecourt.platform.scope import reading
from tests.supply.test_pages import browser
from tests.supply.yard import SYSTEM
from tests.supply.yard import Yard


@pytest.fixture
def order(yard: Yard) -> UUID:
    order = yard.lock(journey=True)
    yard.receive(1)
    return order


def test_an_appointment_is_called_off(yard: Yard, order: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("forecourt.platform.clock.now", lambda: yard.at)
    client = browser(yard.specialist)
    tomorrow = (yard.at + timedelta(days=1)).date()
    slots = client.get(f"/api/v1/handovers/slots?store={yard.home}&on={tomorrow}&brand=aito").json()
    body = {"order": str(order), "starts_at": slots[3]["starts_at"]}
    made = client.post("/api/v1/handovers", body, content_type="application/json").json()
    address = f"/api/v1/handovers/{made['appointment']}/call-off"
    done = client.post(address, content_type="application/json")
    assert (done.status_code, done.json()["state"]) == (200, "cancelled")
    again = client.post(address, content_type="application/json")
    assert (again.status_code, again.json()["code"]) == (409, "delivery.appointment_over")
    with reading(SYSTEM.scope):
        assert Appointment.objects.get(id=made["appointment"]).state == "cancelled"
    nobody = client.post(f"/api/v1/handovers/{order}/call-off", content_type="application/json")
    assert nobody.status_code == 404
