"""The WSGI application that the server runs."""

import multiprocessing
import os

from django.core.wsgi import get_wsgi_application

if multiprocessing.parent_process() is not None and os.getpgrp() != os.getpid():
    # Ctrl-C reaches a terminal's whole group. A worker that gets it, and then the server's SIGTERM, can hang.
    os.setpgid(0, 0)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "answerable.config.settings")
application = get_wsgi_application()
