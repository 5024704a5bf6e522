"""Addresses of the room's pages."""

from django.urls import path

from forecourt.sales import drive_pages
from forecourt.sales import offer_pages
from forecourt.sales import order_pages

app_name = "sales"

_ORDER = "orders/<uuid:order>/"

urlpatterns = [
    path("orders/", order_pages.orders, name="orders"),
    path(_ORDER, order_pages.order, name="order"),
    path(f"{_ORDER}confirm/", order_pages.confirm, name="confirm-order"),
    path(f"{_ORDER}lock/", order_pages.lock, name="lock-order"),
    path(f"{_ORDER}cancel/", order_pages.cancel, name="cancel-order"),
    path(f"{_ORDER}pay/", order_pages.pay, name="pay"),
    path(f"{_ORDER}approve-refund/", order_pages.approve, name="approve-refund"),
    path(f"{_ORDER}change/", order_pages.change, name="change-order"),
    path("test-drives/book/", drive_pages.test_drive, name="test-drive"),
    path("quotes/new/", offer_pages.quote, name="quote"),
    path("orders/new/", offer_pages.place_order, name="place-order"),
    path("catalogue/", offer_pages.catalogue, name="catalogue"),
    path("catalogue/<slug:model>/", offer_pages.prices, name="prices"),
]
