# SPDX-License-Identifier: GPL-2.0-or-later
"""Builds SMS TPDUs from TS 23.040 and TS 23.038, for the scenario files only."""

ESCAPE = 0x1B
DEFAULT = ("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
           "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà")
PORTUGUESE = ("@£$¥êéúíóç\nÔô\rÁáΔ_ªÇÀ∞^\\€Ó|\x1bÂâÊÉ !\"#º%&'()*+,-./0123456789:;<=>?"
              "ÍABCDEFGHIJKLMNOPQRSTUVWXYZÃÕÚÜ§~abcdefghijklmnopqrstuvwxyzãõ`üà")
EXTENSION = {"\f": 0x0A, "^": 0x14, "{": 0x28, "}": 0x29, "\\": 0x2F, "[": 0x3C, "~": 0x3D,
             "]": 0x3E, "|": 0x40, "€": 0x65}
SPANISH_SHIFT = dict(EXTENSION, **{"ç": 0x09, "Á": 0x41, "Í": 0x49, "Ó": 0x4F, "Ú": 0x55,
                                   "á": 0x61, "í": 0x69, "ó": 0x6F, "ú": 0x75})
PORTUGUESE_SHIFT = dict(EXTENSION, **{
    "ê": 0x05, "ç": 0x09, "Ô": 0x0B, "ô": 0x0C, "Á": 0x0E, "á": 0x0F, "Φ": 0x12, "Γ": 0x13,
    "Ω": 0x15, "Π": 0x16, "Ψ": 0x17, "Σ": 0x18, "Θ": 0x19, "Ê": 0x1F, "À": 0x41, "Í": 0x49,
    "Ó": 0x4F, "Ú": 0x55, "Ã": 0x5B, "Õ": 0x5C, "Â": 0x61, "í": 0x69, "ó": 0x6F, "ú": 0x75,
    "ã": 0x7B, "õ": 0x7C, "â": 0x7F})
# language: what the user data header says (TS 23.040 9.2.3.24.15 and .16), the two tables
LANGUAGES = {
    None: (b"", DEFAULT, EXTENSION),
    "es": (bytes([0x24, 1, 2]), DEFAULT, SPANISH_SHIFT),
    "pt-shift": (bytes([0x24, 1, 3]), DEFAULT, PORTUGUESE_SHIFT),
    "pt": (bytes([0x24, 1, 3, 0x25, 1, 3]), PORTUGUESE, PORTUGUESE_SHIFT),
}
assert len(DEFAULT) == len(PORTUGUESE) == 128


def septets(text, language=None):
    """The septets of a text in the GSM alphabet."""
    _, table, shift = LANGUAGES[language]
    out = []
    for char in text:
        if char in table:
            out.append(table.index(char))
        else:
            out += [ESCAPE, shift[char]]
    return out


def pack(values, fill=0):
    """Septets to octets, after `fill` bits that are zero (TS 23.038 6.1.2.1)."""
    number = 0
    for place, value in enumerate(values):
        number |= value << (7 * place + fill)
    return number.to_bytes((7 * len(values) + fill + 7) // 8, "little")


def swap(digits):
    """Semi-octets, the first digit low, F for filling (TS 23.040 9.1.2.3)."""
    values = [{"*": 10, "#": 11, "a": 12}.get(d) if not d.isdigit() else int(d) for d in digits]
    values += [15] * (len(values) % 2)
    return bytes(low | high << 4 for low, high in zip(values[::2], values[1::2]))


def address(text):
    """An address field: length in digits, type, value (9.1.2.5)."""
    if text.startswith("+"):
        return bytes([len(text) - 1, 0x91]) + swap(text[1:])
    if text.replace("*", "").replace("#", "").isdigit():
        return bytes([len(text), 0x81]) + swap(text)
    packed = pack(septets(text))
    return bytes([(7 * len(septets(text)) + 3) // 4, 0xD0]) + packed


def service_centre(number):
    """The service centre address of TS 27.005; None for the one that is set."""
    if not number:
        return b"\0"
    value = swap(number.lstrip("+"))
    return bytes([len(value) + 1, 0x91]) + value


def timestamp(when, zone=-20):
    """`when` is "26-03-14 09:26:53", local; zone in quarters of an hour (9.2.3.11)."""
    digits = when.replace("-", "").replace(":", "").replace(" ", "")
    quarters = abs(zone)
    low = quarters // 10 | (8 if zone < 0 else 0)
    return swap(digits) + bytes([low | quarters % 10 << 4])


def user_data(body, elements=b"", language=None):
    """TP-UDL and TP-UD; a string is GSM 7-bit, bytes stand for themselves."""
    elements = LANGUAGES[language][0] + elements
    header = bytes([len(elements)]) + elements if elements else b""
    if isinstance(body, bytes):
        return bytes([len(header) + len(body)]) + header + body
    values = septets(body, language)
    fill = -8 * len(header) % 7
    length = (8 * len(header) + fill) // 7 + len(values)
    assert length <= 160, (length, body)
    return bytes([length]) + header + pack(values, fill)


def ucs2(text):
    """UCS-2 with surrogate pairs."""
    return text.encode("utf-16-be")


def concat(reference, total, part, wide=False):
    """The element that says which part this is (9.2.3.24.1 and .8)."""
    if wide:
        return bytes([0x08, 4, reference >> 8, reference & 255, total, part])
    return bytes([0x00, 3, reference, total, part])


def ports(destination, source):
    """16-bit application ports (9.2.3.24.4)."""
    return bytes([0x05, 4]) + destination.to_bytes(2, "big") + source.to_bytes(2, "big")


def deliver(sender, body, when, dcs=0, pid=0, elements=b"", language=None, zone=-20,
            centre="+573150007001", first=0x04):
    """SMS-DELIVER (9.2.2.1), the service centre address before it."""
    if elements or language:
        first |= 0x40
    return (service_centre(centre) + bytes([first]) + address(sender) + bytes([pid, dcs]) +
            timestamp(when, zone) + user_data(body, elements, language))


def submit(receiver, body, dcs=0, pid=0, elements=b"", language=None, reference=0,
           validity=None, report=False, centre=None):
    """SMS-SUBMIT (9.2.2.2); validity is None, an int (relative), 7 bytes with "absolute" or
    "enhanced" before them."""
    first = 0x01 | (0x40 if elements or language else 0) | (0x20 if report else 0)
    value = b""
    if isinstance(validity, int):
        first, value = first | 0x10, bytes([validity])
    elif validity:
        first |= {"absolute": 0x18, "enhanced": 0x08}[validity[0]]
        value = validity[1]
    return (service_centre(centre) + bytes([first, reference]) + address(receiver) +
            bytes([pid, dcs]) + value + user_data(body, elements, language))


def status_report(reference, receiver, when, done, status=0, centre="+573150007001"):
    """SMS-STATUS-REPORT (9.2.2.3)."""
    return (service_centre(centre) + bytes([0x06, reference]) + address(receiver) +
            timestamp(when) + timestamp(done) + bytes([status]))
