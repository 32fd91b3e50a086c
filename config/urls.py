from django.urls import include, path

from config import pages
from config.api import api
from config.finding import find
from config.home import home

urlpatterns = [
    path("", home, name="home"),
    path("find/", find, name="find"),
    path("healthz", pages.healthz, name="healthz"),
    path("language/", include("django.conf.urls.i18n")),
    path("account/", include("directory.account_urls")),
    path("api/v1/", api.urls),
    path("", include("directory.urls")),
    path("", include("protection.urls")),
    path("", include("casework.urls")),
    path("", include("scheduler.urls")),
    path("", include("sessions.urls")),
    path("", include("signalling.urls")),
]
handler400 = "config.errors.bad_request"
handler403 = "config.errors.forbidden"
handler404 = "config.errors.not_found"
handler429 = "config.errors.too_many"  # read by allauth
handler500 = "config.errors.broken"
