"""URLs of this app."""

from django.urls import URLPattern, path

from iexdg.inbox.views import answering, reading, removing, templates

app_name = "inbox"
urlpatterns: list[URLPattern] = [
    path("inbox/", reading.inbox, name="list"),
    path("inbox/<int:pk>/", reading.thread, name="thread"),
    path("inbox/<int:pk>/reply/", answering.reply, name="reply"),
    path("inbox/<int:pk>/draft/", answering.draft, name="draft"),
    path("inbox/<int:pk>/insert/", answering.insert, name="insert"),
    path("inbox/<int:pk>/undo/", answering.undo, name="undo"),
    path("inbox/<int:pk>/assign/", answering.assign, name="assign"),
    path("inbox/<int:pk>/read/", answering.read, name="read"),
    path("inbox/<int:pk>/unread/", answering.unread, name="unread"),
    path("inbox/<int:pk>/block/", removing.block, name="block"),
    path("inbox/<int:pk>/delete/", removing.delete, name="delete"),
    path("inbox/<int:pk>/interest/", answering.interest, name="interest"),
    path("inbox/templates/", templates.templates, name="templates"),
    path("inbox/templates/<int:pk>/", templates.template, name="template"),
    path("inbox/templates/<int:pk>/delete/", templates.delete, name="template-delete"),
    path("inbox/simulate/", answering.simulate_a_reply, name="simulate"),
    path("inbox/replies/", reading.replies, name="replies"),
    path("inbox/messages/<int:pk>/", reading.message, name="message"),
]
