"""URLs of this app."""

from django.urls import URLPattern, path

from iexdg.inbox.views import answering, reading

app_name = "inbox"
urlpatterns: list[URLPattern] = [
    path("inbox/", reading.inbox, name="list"),
    path("inbox/<int:pk>/", reading.thread, name="thread"),
    path("inbox/<int:pk>/reply/", answering.reply, name="reply"),
    path("inbox/<int:pk>/draft/", answering.draft, name="draft"),
    path("inbox/<int:pk>/undo/", answering.undo, name="undo"),
    path("inbox/<int:pk>/assign/", answering.assign, name="assign"),
    path("inbox/<int:pk>/read/", answering.read, name="read"),
    path("inbox/<int:pk>/interest/", answering.interest, name="interest"),
    path("inbox/messages/<int:pk>/", reading.message, name="message"),
]
