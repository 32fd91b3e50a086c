from django.urls import URLPattern, URLResolver

app_name = "scheduler"
urlpatterns: list[URLPattern | URLResolver] = []
