"""Sessions in the database, as Django keeps them; the one that every page asks for is read below the ORM."""

from typing import Any

from django.contrib.sessions.backends import db
from django.db import connection

_READ = "SELECT session_data, expire_date FROM django_session WHERE session_key = %s AND expire_date > now()"


class SessionStore(db.SessionStore):
    """Django's store, whose reading is one prepared statement."""

    def _get_session_from_db(self) -> Any:
        with connection.cursor() as cursor:
            cursor.execute(_READ, [self.session_key])
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return None
        return self.model(session_key=self.session_key, session_data=row[0], expire_date=row[1])
