"""A mail server for the tests: aiosmtpd, which keeps what it is given as files.

What a recipient's name begins with says how it is treated.
"""
import json
import os
import ssl
import sys
import time
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, SMTP

FOLDER = Path(os.environ["FOLDER"])
USER, PASSWORD = os.environ["LOGIN"].split(":", 1)


class Handler:
    """Treats recipients as their names say."""

    count = 0

    async def handle_MAIL(self, server, session, envelope, address, options):
        if (FOLDER / "refuse-sender").exists():
            return "550 5.7.60 you may not send as this sender"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("bounce"):
            return "550 5.1.1 nobody of this name"
        if address.startswith("later") and not (FOLDER / "patient").exists():
            return "450 4.2.0 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        Handler.count += 1
        told = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "tls": session.ssl is not None,
            "user": str(session.authenticated),
            "content": envelope.content.decode("utf-8"),
        }
        (FOLDER / f"{Handler.count:04}.json").write_text(json.dumps(told))
        to = envelope.rcpt_tos[0]
        if to.startswith("refuse"):
            return "554 5.6.0 not this content"
        if to.startswith("vanish"):
            # The content has arrived, the reply never does.
            server.transport.abort()
            return "250 nobody hears this"
        return f"250 2.0.0 kept as {Handler.count}"


def authenticate(server, session, envelope, mechanism, data):
    good = data.login == USER.encode() and data.password == PASSWORD.encode()
    return AuthResult(success=good, handled=False)


class Server(Controller):
    def factory(self):
        kind = os.environ.get("TLS", "none")
        options = {"hostname": "peer.example", "authenticator": authenticate}
        if kind == "starttls":
            options.update(tls_context=context(), require_starttls=True)
        options.update(auth_require_tls=kind == "starttls", auth_required=PASSWORD != "")
        if os.environ.get("ONLY_LOGIN"):
            options.update(auth_exclude_mechanism=["PLAIN"])
        return SMTP(self.handler, enable_SMTPUTF8=True, **options)


def context():
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(FOLDER / "cert.pem", FOLDER / "key.pem")
    return made


def main():
    port = int(os.environ["PORT"])
    implicit = context() if os.environ.get("TLS") == "implicit" else None
    Server(Handler(), hostname="127.0.0.1", port=port, ssl_context=implicit).start()
    while os.getppid() != 1:
        time.sleep(0.5)
    sys.exit(0)


main()
