from django.urls import path

from directory.views import account, interpreters, joining, outbox, own, people, resources, rooms, sites, states, trail

app_name = "directory"
urlpatterns = [
    path("directory/", states.states, name="states"),
    path("directory/<uuid:public_id>/", states.authority, name="authority"),
    path("directory/<uuid:public_id>/confirm/", states.confirm, name="confirm"),
    path("directory/own/", own.own, name="own"),
    path("directory/own/recesses/", own.add_recess, name="add_recess"),
    path("recesses/<uuid:public_id>/remove/", own.remove_recess, name="remove_recess"),
    path("members/new/", people.invite, name="invite"),
    path("members/<uuid:public_id>/", people.person, name="person"),
    path("members/<uuid:public_id>/<slug:act>/", people.act, name="person_act"),
    path("interpreters/new/", interpreters.new, name="new_interpreter"),
    path("interpreters/<uuid:public_id>/", interpreters.edit, name="interpreter"),
    path("interpreters/<uuid:public_id>/account/", interpreters.account, name="interpreter_account"),
    path("interpreters/<uuid:public_id>/agree/", interpreters.agree, name="interpreter_agree"),
    path("resources/<uuid:public_id>/", resources.resource, name="resource"),
    path("resources/<uuid:public_id>/absences/", resources.add_absence, name="add_absence"),
    path("resources/<uuid:public_id>/calendars/", resources.add_calendar, name="add_calendar"),
    path("absences/<uuid:public_id>/remove/", resources.remove_absence, name="remove_absence"),
    path("calendars/<uuid:public_id>/", resources.calendar, name="outside"),
    path("rooms/", rooms.rooms, name="rooms"),
    path("rooms/new/", sites.new, name="new_site"),
    path("rooms/<uuid:public_id>/edit/", sites.edit, name="site"),
    path("audit/", trail.trail, name="audit"),
    path("account/me/", account.account, name="account"),
    path("account/again/", account.again, name="again"),
    path("account/acting/", account.act_for, name="act_for"),
    path("account/keys/end/", account.end_tokens, name="end_tokens"),
    path("account/asked/", joining.asked, name="asked"),
    path("account/asked/<uuid:public_id>/<slug:act>/", joining.answer, name="answer_asked"),
    path("outbox/", outbox.outbox, name="outbox"),
    path("outbox/<uuid:public_id>/", outbox.letter, name="letter"),
    path("outbox/<uuid:public_id>/invite.ics", outbox.invitation, name="invitation"),
]
