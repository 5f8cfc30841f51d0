# SPDX-License-Identifier: GPL-2.0-or-later
"""Archives of format 1, written without simstow: by the letter of
simstow-archive(5), so that reader and writer cannot share a mistake."""

import gzip
import hashlib
import io
import json
import tarfile

CAPTURED = 1700000000
NAME = "simstow-0123abcd-20231114T221320Z-{}"


def septets(text):
    """ASCII text in the GSM 7 bit alphabet, packed, 3GPP TS 23.038 6.1.2.1."""
    bits = sum(ord(char) << (7 * place) for place, char in enumerate(text))
    return bits.to_bytes((7 * len(text) + 7) // 8, "little")


def semi(digits):
    """Digits in semi-octets, 3GPP TS 23.040 9.1.2.3."""
    padded = digits + "F" * (len(digits) % 2)
    return bytes(int(padded[i + 1] + padded[i], 16) for i in range(0, len(padded), 2))


def stamp(text):
    """A time stamp "yymmddhhmmss" with its zone in quarters, west of UTC when negative."""
    when, zone = text
    octet = semi(f"{abs(zone):02d}")[0] | (0x08 if zone < 0 else 0)
    return semi(when) + bytes([octet])


def deliver(number, data, length, dcs=0x00, udh=False, when=("231114171320", -20)):
    """An SMS-DELIVER with an empty service centre address, 3GPP TS 23.040 9.2.2.1."""
    first = 0x44 if udh else 0x04
    return (bytes([0, first, len(number), 0x91]) + semi(number) + bytes([0x00, dcs]) + stamp(when)
            + bytes([length]) + data).hex().upper()


def deliver_text(number, text, **more):
    """An SMS-DELIVER with a text in UCS-2."""
    data = text.encode("utf-16-be")
    return deliver(number, data, len(data), dcs=0x08, **more)


def deliver_push(number, data, reference, total, part):
    """One part of 8 bit data for WAP's push port."""
    head = bytes([11, 5, 4, 0x0B, 0x84, 0x23, 0xF0, 0, 3, reference, total, part])
    return deliver(number, head + data, len(head + data), dcs=0x04, udh=True)


def submit_text(number, text, kind=0x91):
    """An SMS-SUBMIT with a text in UCS-2, 3GPP TS 23.040 9.2.2.2."""
    data = text.encode("utf-16-be")
    return (bytes([0, 0x01, 0x00, len(number), kind]) + semi(number) + bytes([0x00, 0x08, len(data)])
            + data).hex().upper()


def deliver_part(number, text, reference, total, part):
    """One part of a concatenated message, 3GPP TS 23.040 9.2.3.24.1."""
    data = bytes([5, 0, 3, reference, total, part]) + text.encode("utf-16-be")
    return deliver(number, data, len(data), dcs=0x08, udh=True)


def message(index, pdu, store="sms/sm", status="read"):
    """A line of messages.ndjson with no more than has to be there."""
    return {"store": store, "index": index, "status": status, "pdu": pdu}


def call(index, number, name="", store="calls/missed", kind=129):
    """A line of calls.ndjson."""
    return {"store": store, "index": index, "number": number, "type": kind, "name": name}


def card(index, number, name):
    """A contact of contacts.vcf with no more than has to be there; an international number."""
    return (f"BEGIN:VCARD\r\nVERSION:3.0\r\nN:{name};;;;\r\nFN:{name}\r\n"
            f"TEL;TYPE=CELL:+{number}\r\nX-SIMSTOW-NUMBER:{number}\r\nX-SIMSTOW-TYPE:145\r\n"
            f"X-SIMSTOW-STORE:phonebook/sm\r\nX-SIMSTOW-INDEX:{index}\r\n"
            "END:VCARD\r\n").encode()


def ndjson(records):
    """Records, one a line."""
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode()


def members(messages=(), calls=(), contacts=b"", network=None, esim=None, simfiles=(), version=1,
            counts=None, **more):
    """The members of an archive by name, in order; SHA256SUMS comes later."""
    content = {"calls.ndjson": ndjson(calls), "contacts.vcf": contacts}
    if esim is not None:
        content["esim.json"] = json.dumps(esim).encode() + b"\n"
    content["messages.ndjson"] = ndjson(messages)
    if network is not None:
        content["network.json"] = json.dumps(network).encode() + b"\n"
    if simfiles:
        content["simfiles.ndjson"] = ndjson(simfiles)
    lines = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n"
                    for name, data in content.items())
    digest = hashlib.sha256(lines.encode()).hexdigest()
    header = {"format": "simstow-archive", "version": version, "tool": "test 1", "id": "0123abcd",
              "content_id": digest,
              "counts": counts or {"messages": len(messages),
                                   "contacts": contacts.count(b"BEGIN:VCARD"),
                                   "calls": len(calls)},
              "captured": "2023-11-14T22:13:20Z",
              "device": {"manufacturer": "Fibocom", "model": "L850-GL"},
              "sim": {"operator_id": "732101", "operator_name": "Claro"}, "stores": [],
              "problems": [], **more}
    return {"README.txt": b"read me\n", "simstow.json": json.dumps(header).encode() + b"\n",
            **content}, digest


def pack(parts, digest, sums=None):
    """The tar, gzipped, with SHA256SUMS as the last member."""
    top = NAME.format(digest[:8])
    parts = dict(parts)
    if sums is None:
        sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n"
                       for name, data in parts.items()).encode()
    parts["SHA256SUMS"] = sums
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        folder = tarfile.TarInfo(top)
        folder.type, folder.mode, folder.mtime = tarfile.DIRTYPE, 0o700, CAPTURED
        tar.addfile(folder)
        for name, data in parts.items():
            entry = tarfile.TarInfo(f"{top}/{name}")
            entry.size, entry.mode, entry.mtime = len(data), 0o600, CAPTURED
            tar.addfile(entry, io.BytesIO(data))
    return gzip.compress(raw.getvalue(), mtime=CAPTURED)


def archive(**what):
    """A whole archive of what members () takes."""
    return pack(*members(**what))
