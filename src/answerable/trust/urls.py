"""Everybody's addresses of the register, and those that other instances and programs ask. A code never stands in one."""

from django.urls import path

from answerable.web import addresses  # noqa: F401 - knows page_language

from .views import pages, receipts, witness

app_name = "trust"
urlpatterns = [
    path("<page_language:lang>/register/", pages.register, name="register"),
    path("<page_language:lang>/register/board/", pages.board, name="board"),
    path("<page_language:lang>/register/pads/", pages.pads, name="pads"),
    path("<page_language:lang>/register/promise/", receipts.promise, name="promise"),
    path("<page_language:lang>/register/proof/", receipts.proof, name="proof"),
    path("register/proof", receipts.proof_for_programs, name="proof-for-programs"),
    path("register/verify.html", pages.verify, name="verify"),
    path("witness/add-checkpoint", witness.add_checkpoint, name="add-checkpoint"),
    path("witness/<slug:digest>/checkpoint", witness.checkpoint, name="witnessed"),
]
