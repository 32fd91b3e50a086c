from django.urls import path

from directory.views import account, outbox, rooms, states, trail

app_name = "directory"
urlpatterns = [
    path("directory/", states.states, name="states"),
    path("directory/<uuid:public_id>/", states.authority, name="authority"),
    path("directory/<uuid:public_id>/confirm/", states.confirm, name="confirm"),
    path("rooms/", rooms.rooms, name="rooms"),
    path("audit/", trail.trail, name="audit"),
    path("account/me/", account.account, name="account"),
    path("account/again/", account.again, name="again"),
    path("account/acting/", account.act_for, name="act_for"),
    path("outbox/", outbox.outbox, name="outbox"),
    path("outbox/<uuid:public_id>/", outbox.letter, name="letter"),
    path("outbox/<uuid:public_id>/invite.ics", outbox.invitation, name="invitation"),
]
