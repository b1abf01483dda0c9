"""The staff's addresses of pictures and documents, below /desk/evidence/."""

from django.urls import path

from . import views

app_name = "evidence-desk"
urlpatterns = [
    path("evidence/", views.items, name="items"),
    path("evidence/pictures/", views.add_pictures, name="add-pictures"),
    path("evidence/document/", views.add_document, name="add-document"),
    path("evidence/compare/", views.compare, name="compare"),
    path("evidence/<int:item_id>/", views.item, name="item"),
    path("evidence/<int:item_id>/picture.jpg", views.desk_picture, name="picture"),
    path("evidence/<int:item_id>/small.jpg", views.desk_picture, {"small": True}, name="small"),
    path("evidence/<int:item_id>/<slug:act>/", views.act, name="act"),
]
