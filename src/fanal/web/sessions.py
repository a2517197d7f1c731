"""Sessions in the database, which last untouched as long as the node's settings say now."""

from django.contrib.sessions.backends.db import SessionStore as InDatabase

from fanal.web.installation import node


class SessionStore(InDatabase):
    """A session of the desk."""

    def get_session_cookie_age(self) -> int:
        """Seconds without a page after which it ends."""
        return node().desk.idle_minutes * 60
