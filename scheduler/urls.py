from django.urls import URLPattern, URLResolver, path

from scheduler.views import batches, bookings, docket, plan, times

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
    path("bookings/<uuid:booking>/", bookings.booking, name="booking"),
    path("bookings/<uuid:booking>/confirm/", bookings.confirm, name="confirm"),
    path("bookings/<uuid:booking>/cancel/", bookings.cancel, name="cancel"),
]
