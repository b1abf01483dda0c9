"""The staff's addresses of the books, below /desk/."""

from django.urls import path

from .views import books, checks, line_table, setting_up

app_name = "books"
urlpatterns = [
    path("books/", books.all_books, name="list"),
    path("books/waiting/", checks.waiting_page, name="waiting"),
    path("books/waiting/<int:proposal_id>/", checks.proposal_page, name="proposal"),
    path("books/entry/<int:entry_id>/", books.entry_page, name="entry"),
    path("books/set-up/", setting_up.set_up, name="set-up"),
    path("books/<slug:book>/", books.journal_page, name="book"),
    path("books/<slug:book>/balance/", books.balance_page, name="balance"),
    path("books/<slug:book>/lines/", setting_up.lines, name="lines"),
    path("books/<slug:book>/lines/table/", line_table.line_table, name="line-table"),
    path("books/<slug:book>/new/<slug:form>/", books.new_entry, name="new"),
]
