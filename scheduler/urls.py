from django.urls import URLPattern, URLResolver, path

from scheduler.views import batches, bookings, clocks, docket, moves, people, plan, rooms, times

app_name = "scheduler"
urlpatterns: list[URLPattern | URLResolver] = [
    path("hearings/", docket.docket, name="docket"),
    path("hearings/together/", batches.choose, name="batches"),
    path("hearings/together/<uuid:batch>/", batches.batch, name="batch"),
    path("hearings/together/<uuid:batch>/hold/", batches.hold, name="batch_hold"),
    path("hearings/<uuid:hearing>/times/", times.times, name="times"),
    path("hearings/<uuid:hearing>/hold/", times.hold, name="hold"),
    path("hearings/<uuid:hearing>/plan/", plan.change, name="plan"),
    path("hearings/<uuid:hearing>/plan/interpreters/", plan.staff, name="staff"),
    path("hearings/<uuid:hearing>/plan/support/", plan.support, name="support"),
    path("hearings/<uuid:hearing>/plan/<uuid:need>/", plan.choose, name="choose"),
    path("rooms/<uuid:public_id>/", rooms.room, name="room"),
    path("bookings/<uuid:booking>/", bookings.booking, name="booking"),
    path("bookings/<uuid:booking>/confirm/", bookings.confirm, name="confirm"),
    path("bookings/<uuid:booking>/cancel/", bookings.cancel, name="cancel"),
    path("bookings/<uuid:booking>/complete/", bookings.complete, name="complete"),
    path("bookings/<uuid:booking>/move/", moves.move, name="move"),
    path("bookings/<uuid:booking>/swap/", moves.swap, name="swap"),
    path("bookings/<uuid:booking>/clocks/", clocks.answer, name="clocks"),
    path("bookings/<uuid:booking>/people/", people.people, name="people"),
    path("proposals/<uuid:proposal>/take/", moves.take, name="take"),
    path("proposals/<uuid:proposal>/decline/", moves.decline, name="decline"),
    path("proposals/<uuid:proposal>/withdraw/", moves.withdraw, name="withdraw"),
]
