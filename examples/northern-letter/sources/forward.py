"""Writes the forwarded mail, in the form in which a desktop mail client sends it.

usage: forward.py LETTER.pdf OUTPUT.eml
"""

import base64
import quopri
import sys
from pathlib import Path

OUTER = "------------Nt4vQe0pZ8wRk2LhXcYs71Jd"
INNER = "------------m6TqB1uGfV93oKzEaWrHy0Pi"

HEADERS = """\
Message-ID: <4b1f0e62-9d37-4c85-a1f6-2c7e58d0b934@joint-operations.example>
Date: Tue, 6 Jan 2026 16:26:48 +0100
MIME-Version: 1.0
User-Agent: Mozilla Thunderbird
Subject: =?UTF-8?Q?Fwd=3A_Schreiben_2026-017_=E2=80=93_n=C3=B6rdliches_Konti?=
 =?UTF-8?Q?ngent?=
References: <20260106140319.7A1C@northern-command.example>
Content-Language: en-GB
To: Newsroom <newsroom@meridian-wire.example>
From: Press desk <press@joint-operations.example>
In-Reply-To: <20260106140319.7A1C@northern-command.example>
X-Forwarded-Message-Id: <20260106140319.7A1C@northern-command.example>
Content-Type: multipart/mixed; boundary="{outer}"

This is a multi-part message in MIME format.
"""

PLAIN = """\
Good afternoon,

see attached – it came in after lunch and everybody here has seen it by
now. Please don’t name the desk. Grüße aus dem 3. Stock.

-------- Forwarded Message --------
Subject: \tSchreiben 2026-017 – nördliches Kontingent
Date: \tTue, 6 Jan 2026 15:03:19 +0100
From: \tRegistry <registry@northern-command.example>
To: \tPress desk <press@joint-operations.example>


For the director, by hand of the duty officer.
"""

RICH = """\
<!DOCTYPE html>
<html>
  <head>
    <meta http-equiv="content-type" content="text/html; charset=UTF-8">
  </head>
  <body>
    <p>Good afternoon,</p>
    <p>see attached – it came in after lunch and everybody here has seen it by now. Please don’t name the desk. Grüße aus dem 3. Stock.</p>
    <div class="moz-forward-container"><br>
      -------- Forwarded Message --------
      <table class="moz-email-headers-table" cellspacing="0" cellpadding="0" border="0">
        <tbody>
          <tr><th valign="BASELINE" align="RIGHT" nowrap="nowrap">Subject: </th><td>Schreiben 2026-017 – nördliches Kontingent</td></tr>
          <tr><th valign="BASELINE" align="RIGHT" nowrap="nowrap">Date: </th><td>Tue, 6 Jan 2026 15:03:19 +0100</td></tr>
          <tr><th valign="BASELINE" align="RIGHT" nowrap="nowrap">From: </th><td>Registry <a class="moz-txt-link-rfc2396E" href="mailto:registry@northern-command.example">&lt;registry@northern-command.example&gt;</a></td></tr>
          <tr><th valign="BASELINE" align="RIGHT" nowrap="nowrap">To: </th><td>Press desk <a class="moz-txt-link-rfc2396E" href="mailto:press@joint-operations.example">&lt;press@joint-operations.example&gt;</a></td></tr>
        </tbody>
      </table>
      <br>
      <p>For the director, by hand of the duty officer.</p>
    </div>
  </body>
</html>
"""


def quoted(text):
    """A text as quoted-printable, lines ending in LF for now."""
    return quopri.encodestring(text.encode("utf-8")).decode("ascii")


def mail(pdf):
    """The whole message, with the line ends that mail has."""
    parts = [
        HEADERS.format(outer=OUTER),
        f"--{OUTER}\nContent-Type: multipart/alternative; boundary=\"{INNER}\"\n",
        f"--{INNER}\nContent-Type: text/plain; charset=UTF-8; format=flowed\n"
        f"Content-Transfer-Encoding: quoted-printable\n\n{quoted(PLAIN)}",
        f"--{INNER}\nContent-Type: text/html; charset=UTF-8\n"
        f"Content-Transfer-Encoding: quoted-printable\n\n{quoted(RICH)}",
        f"--{INNER}--\n",
        f"--{OUTER}\nContent-Type: application/pdf; name=\"letter.pdf\"\n"
        "Content-Disposition: attachment; filename=\"letter.pdf\"\n"
        f"Content-Transfer-Encoding: base64\n\n{base64.encodebytes(pdf).decode('ascii')}",
        f"--{OUTER}--\n",
    ]
    return "\n".join(parts).replace("\n", "\r\n").encode("ascii")


if __name__ == "__main__":
    Path(sys.argv[2]).write_bytes(mail(Path(sys.argv[1]).read_bytes()))
