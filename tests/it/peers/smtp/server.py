"""A mail server for the tests: aiosmtpd, which keeps what it is given as files.

What a recipient's name begins with says how it is treated. With TOKENS set it takes no password but
the tokens that stand in the file `tokens`, a line each; what it was shown stands in `shown`.
"""
import asyncio
import base64
import json
import os
import ssl
import sys
import time
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import MISSING, AuthResult, SMTP

FOLDER = Path(os.environ["FOLDER"])
USER, PASSWORD = os.environ["LOGIN"].split(":", 1)


class Handler:
    """Treats recipients as their names say."""

    count = 0

    async def token(self, server, mechanism, args):
        """Both mechanisms: the answer in the line or behind a question, and the last word."""
        lines = 1
        if len(args) > 1:
            said = base64.b64decode(args[1])
        else:
            lines, said = 2, await server.challenge_auth("")
            if said is MISSING:
                return AuthResult(success=False, handled=True)
        told = said.decode()
        token = told.split("auth=Bearer ")[1].split("\x01")[0]
        name = told.split("user=")[-1].split("\x01")[0]
        if mechanism == "OAUTHBEARER":
            name = told.split("a=")[1].split(",")[0]
        with open(FOLDER / "shown", "a") as shown:
            shown.write(json.dumps([mechanism, lines, name, token]) + "\n")
        good = (FOLDER / "tokens").read_text().split()
        if name == USER and token in good:
            return AuthResult(success=True, auth_data=name)
        if (FOLDER / "switched-off").exists():
            await server.push("535 5.7.139 SmtpClientAuthentication is disabled for the mailbox")
            return AuthResult(success=False, handled=True)
        if (FOLDER / "at-once").exists():
            await server.push("535 5.7.3 Authentication unsuccessful")
            return AuthResult(success=False, handled=True)
        why = json.dumps({"status": "401", "schemes": "Bearer", "scope": "mail"})
        last = await server.challenge_auth(why)
        expected = b"\x01" if mechanism == "OAUTHBEARER" else b""
        with open(FOLDER / "shown", "a") as shown:
            shown.write(json.dumps(["last word", last == expected]) + "\n")
        return AuthResult(success=False, handled=False)

    async def handle_MAIL(self, server, session, envelope, address, options):
        if (FOLDER / "refuse-sender").exists():
            return "550 5.7.60 you may not send as this sender"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if (FOLDER / "slow").exists():
            await asyncio.sleep(1.5)
        if address.startswith("bounce") and not (FOLDER / "patient").exists():
            return f"550 5.1.1 <{address}> nobody of this name"
        if address.startswith("relay"):
            return "550 5.7.1 relaying denied"
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


class Tokens(Handler):
    async def auth_XOAUTH2(self, server, args):
        return await self.token(server, "XOAUTH2", args)

    async def auth_OAUTHBEARER(self, server, args):
        return await self.token(server, "OAUTHBEARER", args)


def authenticate(server, session, envelope, mechanism, data):
    good = data.login == USER.encode() and data.password == PASSWORD.encode()
    return AuthResult(success=good, handled=False)


class Server(Controller):
    def factory(self):
        kind = os.environ.get("TLS", "none")
        options = {"hostname": "peer.example", "authenticator": authenticate}
        if kind == "starttls":
            options.update(tls_context=context(), require_starttls=True)
        # Whoever asks for no password should not offer to take one: others would show it.
        is_closed = kind == "starttls" or PASSWORD == ""
        options.update(auth_require_tls=is_closed, auth_required=PASSWORD != "")
        if os.environ.get("ONLY_LOGIN"):
            options.update(auth_exclude_mechanism=["PLAIN"])
        if os.environ.get("TOKENS"):
            left_out = os.environ.get("LEFT_OUT", "").split()
            options.update(auth_exclude_mechanism=["PLAIN", "LOGIN", *left_out])
        return SMTP(self.handler, enable_SMTPUTF8=True, **options)


def context():
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(FOLDER / "cert.pem", FOLDER / "key.pem")
    return made


def main():
    port = int(os.environ["PORT"])
    implicit = context() if os.environ.get("TLS") == "implicit" else None
    handler = Tokens() if os.environ.get("TOKENS") else Handler()
    Server(handler, hostname="127.0.0.1", port=port, ssl_context=implicit).start()
    while os.getppid() != 1:
        time.sleep(0.5)
    sys.exit(0)


main()
