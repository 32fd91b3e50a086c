from django.urls import URLPattern, URLResolver

app_name = "signalling"
urlpatterns: list[URLPattern | URLResolver] = []
