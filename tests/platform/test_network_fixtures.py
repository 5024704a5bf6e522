"""The small network is what its docstring says, or the tests of other rooms stand on sand."""

from forecourt.network.models import Staff
from forecourt.network.models import Store
from forecourt.platform.actor import Actor
from forecourt.platform.scope import reading
from tests.fixtures import ThreeStores


def test_three_stores_of_two_operators(network_of_three: ThreeStores, system: Actor) -> None:
    with reading(system.scope):
        stores = {store.code: store for store in Store.objects.all()}
    assert set(stores) == set(network_of_three.stores)
    home, one_brand, south = (stores[code] for code in network_of_three.stores)
    assert home.brand_id is None and one_brand.brand_id is not None
    assert one_brand.operator_id == south.operator_id != home.operator_id


def test_actors_work_where_they_should(adviser: Actor, manager: Actor, stranger: Actor, ops: Actor) -> None:
    assert adviser.scope.ids == manager.scope.ids == ("sh-001",)
    assert stranger.scope.ids != adviser.scope.ids
    with reading(adviser.scope):
        assert Staff.objects.filter(code=adviser.code, store="sh-001").exists()
        assert set(Staff.objects.values_list("store", flat=True)) == {"sh-001"}
    with reading(ops.scope):
        assert len(set(Staff.objects.values_list("store", flat=True))) == 3


def test_the_network_fits_a_database_of_its_own(forecourt_db: object, adviser: Actor) -> None:
    with reading(adviser.scope):
        assert Staff.objects.exists()
