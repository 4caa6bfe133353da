"""What someone was told, what they choose to be told, and the mail of a fair."""

from matchmaker.web.notices import mail, mailbox, views
from matchmaker.web.notices.routes import blueprint

__all__ = ["blueprint", "mail", "mailbox", "views"]
