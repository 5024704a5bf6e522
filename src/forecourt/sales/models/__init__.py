"""Tables of sales, by business noun: catalogue, test drives, orders, payments."""

from forecourt.sales.models.catalogue import Option
from forecourt.sales.models.catalogue import Price
from forecourt.sales.models.drives import TestCar
from forecourt.sales.models.drives import TestDrive
from forecourt.sales.models.orders import Order
from forecourt.sales.models.orders import Quote
from forecourt.sales.models.orders import VehicleHold
from forecourt.sales.models.payments import Payment
from forecourt.sales.models.payments import SandboxCharge

__all__ = [
    "Option",
    "Order",
    "Payment",
    "Price",
    "Quote",
    "SandboxCharge",
    "TestCar",
    "TestDrive",
    "VehicleHold",
]
