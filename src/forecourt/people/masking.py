"""How personal data is shown: masked on the server, as GB/T 35273 asks and the trade is used to."""

from forecourt.platform.actor import Actor


def masked_phone(phone: str) -> str:
    """`+8613800138000` as `138****8000`; anything shorter keeps only its last two characters."""
    digits = phone.removeprefix("+86")
    if len(digits) < 8:
        return "****" + digits[-2:] if digits else ""
    return f"{digits[:3]}****{digits[-4:]}"


def masked_email(address: str) -> str:
    """`li.wei@example.com` as `l****@example.com`."""
    local, at, domain = address.partition("@")
    return f"{local[:1]}****{at}{domain}" if address else ""


def masked_name(name: str) -> str:
    """The first character is kept: `李伟` as `李*`, `Anna Berg` as `A********`."""
    return name[:1] + "*" * (len(name) - 1) if name else ""


def masked_plate(plate: str) -> str:
    """The middle is hidden: `沪A12345` as `沪A***45`."""
    return plate[:2] + "*" * max(len(plate) - 4, 0) + plate[-2:] if len(plate) > 4 else "*" * len(plate)


def masked_vin(vin: str) -> str:
    """The last six characters are hidden."""
    return vin[:-6] + "******" if len(vin) > 6 else "*" * len(vin)


def masked(kind: str, value: str) -> str:
    """A contact point's value as anybody may see it."""
    if kind == "email":
        return masked_email(value)
    return masked_phone(value) if kind == "phone" else masked_name(value)


def sees_names(actor: Actor) -> bool:
    """Who works with the customer face to face, and the customer, sees the name; all others see it masked."""
    return actor.scope.level in ("store", "person")
