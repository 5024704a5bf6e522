"""The roles people act in. A role says what a person may do; the scope says where."""

from typing import Final

ADVISER: Final = "adviser"
DELIVERY_SPECIALIST: Final = "delivery_specialist"
SERVICE_ADVISER: Final = "service_adviser"
TECHNICIAN: Final = "technician"
STORE_MANAGER: Final = "store_manager"
OPERATOR_MANAGER: Final = "operator_manager"
CARMAKER: Final = "carmaker"
NETWORK_OPS: Final = "network_ops"
PLANNER: Final = "planner"
ENGINEER: Final = "engineer"
CUSTOMER: Final = "customer"
SYSTEM: Final = "system"

STORE_STAFF: Final = (ADVISER, DELIVERY_SPECIALIST, SERVICE_ADVISER, TECHNICIAN, STORE_MANAGER)
HEADQUARTERS: Final = (NETWORK_OPS, PLANNER, ENGINEER)
ROLES: Final = (*STORE_STAFF, OPERATOR_MANAGER, CARMAKER, *HEADQUARTERS, CUSTOMER, SYSTEM)
EMPLOYED: Final = (*STORE_STAFF, OPERATOR_MANAGER, CARMAKER, *HEADQUARTERS)
