from django.urls import URLPattern, URLResolver, path

from casework.views import acts, document, lists, writer

app_name = "casework"
urlpatterns: list[URLPattern | URLResolver] = [
    path("requests/", lists.requests, name="requests"),
    path("requests/new/", writer.new, name="new"),
    path("requests/<uuid:public_id>/", acts.request, name="request"),
    path("requests/<uuid:public_id>/document.pdf", document.pdf, name="document"),
    path("requests/<uuid:public_id>/acts/<slug:act>/", acts.act, name="act"),
    path("requests/<uuid:public_id>/<slug:step>/", writer.step, name="step"),
]
