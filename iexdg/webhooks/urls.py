"""URLs of this app's pages."""

from django.urls import URLPattern, path

from iexdg.webhooks.views import deliveries, receiver

app_name = "webhooks"
urlpatterns: list[URLPattern] = [
    path("webhooks/receiver/", receiver.receiver, name="receiver"),
    path("webhooks/receiver/rotate/", receiver.rotate, name="rotate"),
    path("webhooks/receiver/subscribe/", receiver.subscribe, name="subscribe"),
    path("webhooks/receiver/secret/", receiver.send_secret, name="send-secret"),
    path("webhooks/deliveries.csv", deliveries.deliveries_csv, name="deliveries-csv"),
    path("webhooks/deliveries/", deliveries.deliveries, name="deliveries"),
    path("webhooks/deliveries/replay/", deliveries.replay_many, name="replay-many"),
    path("webhooks/deliveries/<int:pk>/", deliveries.delivery, name="delivery"),
    path("webhooks/deliveries/<int:pk>/replay/", deliveries.replay, name="replay"),
]
