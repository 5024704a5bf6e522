"""What the pages of delivery say about an item and its proof."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

OUTCOMES: dict[str, tuple[str, str | Promise]] = {
    "done": ("good", _("Done")),
    "skipped": ("warn", _("Left out")),
    "fault": ("bad", _("Fault")),
}
PROOF_BUTTONS: dict[str, str | Promise] = {
    "photo": _("Take a photo"),
    "document": _("Add the document"),
    "signature": _("Add the signature"),
}
