from django.urls import URLPattern, URLResolver, path

from signalling import views

app_name = "signalling"
urlpatterns: list[URLPattern | URLResolver] = [
    path("hearings/<uuid:hearing>/test/", views.test, name="test"),
    path("hearings/<uuid:hearing>/test/results/", views.test_results, name="test_results"),
    path("hearings/<uuid:hearing>/test/route/", views.route, name="route"),
    path("hearings/<uuid:hearing>/links/", views.links, name="links"),
    path("hearings/<uuid:hearing>/links/now/", views.links_now, name="links_now"),
    path("test/", views.own_test, name="own_test"),
]
