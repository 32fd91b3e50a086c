from django.urls import URLPattern, URLResolver, path

from sessions.views import hearing, record, room, witness

app_name = "evidence"
urlpatterns: list[URLPattern | URLResolver] = [
    path("hearings/<uuid:public_id>/", hearing.hearing, name="hearing"),
    path("hearings/<uuid:public_id>/act/", hearing.act, name="hearing_act"),
    path("hearings/<uuid:public_id>/wait/", room.wait, name="wait"),
    path("hearings/<uuid:public_id>/wait/now/", room.wait_now, name="wait_now"),
    path("hearings/<uuid:public_id>/wait/ready/", room.ready, name="ready"),
    path("hearings/<uuid:public_id>/room/", room.hearing_room, name="room"),
    path("hearings/<uuid:public_id>/room/now/", room.room_now, name="room_now"),
    path("hearings/<uuid:public_id>/room/clocks/", room.clocks, name="clocks"),
    path("hearings/<uuid:public_id>/room/act/", room.act, name="room_act"),
    path("hearings/<uuid:public_id>/record/", record.page, name="record"),
    path("hearings/<uuid:public_id>/record/act/", record.act, name="record_act"),
    path("hearings/<uuid:public_id>/record/<int:version>.pdf", record.file, name="record_file"),
    path("verify/", record.verify, name="verify"),
    path("w/", witness.ticket, name="ticket"),
    path("w/now/", witness.now, name="witness_now"),
    path("w/act/", witness.act, name="witness_act"),
]
