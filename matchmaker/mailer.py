"""Sends one finished message: by SMTP, or into a folder where nobody set a mail server up."""

from __future__ import annotations

import smtplib
import ssl
from email import message_from_binary_file, policy
from email.header import Header
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from email.message import EmailMessage
    from pathlib import Path

TIMEOUT_SECONDS = 20
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


class _MailPolicy(policy.EmailPolicy):
    """Encodes a subject as a whole: where ASCII goes before, as in "3 tin từ", Python's own folding loses a space."""

    def fold(self, name: str, value: str) -> str:
        """Return a header as it is sent, with its line breaks."""
        if name != "Subject" or value.isascii():
            return str(super().fold(name, value))
        return f"{name}: {Header(value, 'utf-8', header_name=name).encode(linesep=self.linesep)}{self.linesep}"

    def fold_binary(self, name: str, value: str) -> bytes:
        """The same in bytes."""
        if name != "Subject" or value.isascii():
            return bytes(super().fold_binary(name, value))
        return self.fold(name, value).encode("ascii")


MAIL = _MailPolicy(linesep="\r\n")


def send(message: EmailMessage, *, mail_url: str, folder: Path) -> None:
    """Hand a message over. Raises OSError or smtplib.SMTPException when the server does not take it."""
    if mail_url:
        _by_smtp(message, mail_url)
    else:
        _into_folder(message, folder)


def _by_smtp(message: EmailMessage, mail_url: str) -> None:
    """Talk to the server over TLS; only one on this very machine, which no wire leads to, may do without."""
    parts = urlsplit(mail_url)
    host, port = parts.hostname or "localhost", parts.port
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, port or 465, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context()
        )
    else:
        server = smtplib.SMTP(host, port or 587, timeout=TIMEOUT_SECONDS)
    with server:
        try:
            if parts.scheme == "smtp" and (parts.username or host not in LOCAL):
                server.starttls(context=ssl.create_default_context())
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
        except smtplib.SMTPNotSupportedError as error:
            # The server can't do what the settings ask for; that is no fault of this one mail.
            raise smtplib.SMTPException("the mail server offers no TLS or no sign-in") from error
        server.send_message(message)


def _into_folder(message: EmailMessage, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = str(message["Message-ID"]).strip("<>").replace("/", "_")
    (folder / f"{name}.eml").write_bytes(bytes(message))


def kept(folder: Path, *, count: int) -> list[tuple[str, EmailMessage]]:
    """Return the newest messages of a folder by name, the newest first."""
    files = sorted(folder.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
    return [(file.stem, _read(file)) for file in files[:count]]


def kept_one(folder: Path, name: str) -> EmailMessage | None:
    """Return one message of a folder, or None; a name is only ever compared, so that it leads nowhere else."""
    file = next((file for file in folder.glob("*.eml") if file.stem == name), None)
    return None if file is None else _read(file)


def _read(file: Path) -> EmailMessage:
    with file.open("rb") as source:
        return message_from_binary_file(source, policy=policy.default)
