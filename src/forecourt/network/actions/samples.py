"""Loads the sample network of the methodology: the same network for the same number of stores and the same seed."""

from datetime import date
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from forecourt.base.calendars import SHANGHAI
from forecourt.network import calendars
from forecourt.network import sample
from forecourt.network.methodology import read_yaml
from forecourt.network.models import Store
from forecourt.network.personas import make_users
from forecourt.network.records import record
from forecourt.network.staffing import Training
from forecourt.platform.actions import Doing
from forecourt.platform.actions import Result
from forecourt.platform.actions import action
from forecourt.platform.models import Place
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Invalid
from forecourt.platform.refusals import Refused
from forecourt.platform.roles import ENGINEER
from forecourt.platform.roles import NETWORK_OPS

MOST_STORES = 3000


@action("network.load_sample", roles=(NETWORK_OPS, ENGINEER))
def load_sample(do: Doing, *, stores: int = 60, seed: int = 1, personas: bool = True) -> Result:
    """Write the sample network into empty tables, with the demo's users unless `personas` is off. Returns counts and the home store."""
    if not 1 <= stores <= MOST_STORES:
        text = _("A sample network has 1 to {most} stores, not {stores}.")
        raise Invalid(Blocked("network.sample_size", text.format(most=MOST_STORES, stores=stores), "stores"))
    if Store.objects.exists():
        text = _(
            "There is a network already. The sample is only loaded into an empty one; see `forecourt reset`."
        )
        raise Refused(Blocked("network.sample_loaded", text))
    folder = Path(settings.FORECOURT_METHODOLOGY)
    result = _load(do, folder, stores, seed, do.at.astimezone(SHANGHAI).date())
    result["users"] = make_users(_home()) if personas else []
    calendars.forget()
    record(do, "sample_loaded", "network", "sample", Place(), seed=seed, **result)
    return result


def _load(do: Doing, folder: Path, stores: int, seed: int, on: date) -> Result:
    network = read_yaml(folder, "network.yaml")
    training = Training(read_yaml(folder, "vocabulary.yaml")["certificates"], on)
    sample.load_parties(network)
    models, trims = sample.load_vehicles(folder)
    mandates = sample.load_governance(folder, do)
    sample.load_certificates(dict(training.certificates))
    made = sample.load_stores(folder, network, stores, seed)
    staff = sample.load_staff(network, made, training, seed, do)
    return {
        "stores": len(made),
        "cities": len({store.town.city for store in made}),
        "operators": len({store.operator for store in made}),
        "staff": len(staff),
        "models": models,
        "trims": trims,
        "governance": mandates,
        "home": _home().code,
    }


def _home() -> Store:
    """The store of the demo's staff: a user centre in Shanghai where there is one."""
    return min(
        Store.objects.all(),
        key=lambda store: (store.format != "user_centre", store.city_id != "sh", store.code),
    )
