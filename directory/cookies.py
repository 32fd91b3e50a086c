"""What the sign-in cookie leads to (SESSION_ENGINE): Django's own store, for keys that Django could have made."""

from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    def _validate_session_key(self, key: str | None) -> bool:
        """A quoted cookie can spell any octet (`"\\000"`), and PostgreSQL's text knows no NUL: such a key is none."""
        return key is not None and len(key) >= 8 and key.isascii() and key.isalnum()
