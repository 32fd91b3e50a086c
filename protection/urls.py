from django.urls import URLPattern, URLResolver, path

from protection import identity, views

app_name = "protection"
urlpatterns: list[URLPattern | URLResolver] = [
    path("people/<uuid:public_id>/protection/", views.person, name="person"),
    path("people/<uuid:public_id>/protection/seen/", views.seen, name="seen"),
    path("people/<uuid:public_id>/identity/", identity.identity, name="identity"),
    path("measures/<uuid:public_id>/approve/", views.approve, name="approve"),
    path("measures/<uuid:public_id>/lowering/", views.propose, name="propose"),
    path("lowerings/<uuid:public_id>/agree/", views.agree, name="agree"),
]
