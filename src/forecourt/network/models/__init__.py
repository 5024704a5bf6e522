"""The tables of the network, by business noun. Codes are primary keys; ends of validity are exclusive."""

from forecourt.network.models.governance import Governance
from forecourt.network.models.parties import Brand
from forecourt.network.models.parties import Carmaker
from forecourt.network.models.parties import City
from forecourt.network.models.parties import Operator
from forecourt.network.models.parties import Region
from forecourt.network.models.people import Certificate
from forecourt.network.models.people import Holding
from forecourt.network.models.people import Staff
from forecourt.network.models.stores import Franchise
from forecourt.network.models.stores import SpecialDay
from forecourt.network.models.stores import Store
from forecourt.network.models.stores import StoreHours
from forecourt.network.models.vehicles import Trim
from forecourt.network.models.vehicles import VehicleModel

__all__ = [
    "Brand",
    "Carmaker",
    "Certificate",
    "City",
    "Franchise",
    "Governance",
    "Holding",
    "Operator",
    "Region",
    "SpecialDay",
    "Staff",
    "Store",
    "StoreHours",
    "Trim",
    "VehicleModel",
]
