"""The entry for WSGI servers: `forecourt.web.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forecourt.platform.settings")
application = get_wsgi_application()
