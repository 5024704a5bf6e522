"""The parties of the network and where they are: carmakers, brands, dealer groups, regions, cities."""

from django.db import models

from forecourt.network.models.named import Named


class Carmaker(Named):
    """A company that builds cars and brings brands."""


class Brand(Named):
    """A brand in the network, since its first launch."""

    carmaker = models.ForeignKey(Carmaker, on_delete=models.PROTECT, related_name="brands")
    joined_on = models.DateField()
    demand_share = models.DecimalField(
        max_digits=5, decimal_places=4, default=0, help_text="Weight when demand is drawn."
    )


class Operator(Named):
    """A dealer group: owns premises and pays for them. `op-000` is the network itself."""

    joined_on = models.DateField()


class Region(Named):
    """A regional office."""


class City(Named):
    """A prefecture-level city with a point in its middle (WGS84)."""

    division_code = models.CharField(max_length=8, unique=True)
    province_zh = models.CharField(max_length=40)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="cities")
    lat = models.FloatField()
    lon = models.FloatField()
    population = models.PositiveIntegerField(null=True)
