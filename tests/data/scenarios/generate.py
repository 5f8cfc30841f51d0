#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes the scenario files beside it (format: tests/sim/sim-scenario.h). Everything in them is
invented: names, numbers (+57 300 555 xxxx), senders' texts. `generate.py --check` says whether
the files are what it would write."""

import pathlib
import sys

from tpdu import concat, deliver, ports, status_report, submit, timestamp, ucs2

HERE = pathlib.Path(__file__).resolve().parent
UNREAD, READ, UNSENT, SENT = range(4)

FIRST = ("María José Andrés Sofía Camilo Valentina Julián Ángela Íngrid Óscar Úrsula Nicolás "
         "Begoña Iñaki Muñoz Peña Güicho Lucía Mónica Raúl Inés Tomás Zoé Joaquín Adrián").split()
LAST = ("Ospina Cañas Nuñez Rincón Beltrán Gómez Ibáñez Acuña Marín Ortiz Zúñiga Páez "
        "Londoño Castaño Quiñones Bolaños Téllez Vélez").split()
SPECIAL = [
    # number, type, name
    ("+573005550001", 145, "Mamá ❤️"),
    ("+573005550002", 145, "Papá 👨‍🔧"),
    ("+573005550003", 145, "🎂 Ñoño 🎉"),
    ("+573005550004", 145, "Begoña Ibáñez-Quiñones X"),
    ("+573005550005", 145, ""),
    ("6015550101", 129, "Consultorio \"El Sol\""),
    ("6015550102", 129, "Barra \\ y, coma; punto"),
    ("*611", 129, "Claro *611"),
    ("#123#", 129, "Saldo"),
    ("123", 129, "Emergencias"),
    ("018000555123", 129, "Línea gratuita"),
    ("6015550103p42", 129, "Oficina ext. 42"),
    ("3005550199", 161, "Nacional (161)"),
    ("3005550198", 129, "€ {k} [x] ~|^"),
    ("+5511955550123", 145, "São Paulo: João Conceiçã"),
    ("+12025550147", 145, "Tía Nancy (Miami)"),
    ("+819055501234", 145, "山田太郎"),
    ("+380445550123", 145, "Оксана"),
    ("", 129, "Sin número"),
    ("+573005550006", 145, "@ al inicio"),
    ("+573005550007", 145, "espacio al final "),
    ("+573005550008", 145, "Ç à è é ù ì ò Ñ Ü ¿ ¡"),
    ("+573005550009", 145, "😀😃😄😁😆😅🤣😂🙂🙃😉😊"),
    ("0123456789012345678901234567890123456789", 129, "Número de 40 cifras"),
]


def contacts(count):
    """`count` entries: the special ones, then ordinary people."""
    entries = list(SPECIAL)
    for i in range(count - len(SPECIAL)):
        name = f"{FIRST[i % len(FIRST)]} {LAST[(i * 7) % len(LAST)]}"
        if i % 9 == 4:
            name = name.replace("a", "á") + " 🏠"
        if i % 17 == 3:
            name = ""
        if i % 5 == 2:
            entries.append((f"300555{1000 + i}", 129, name))
        else:
            entries.append((f"+57300555{1000 + i}", 145, name))
    return entries


def escape(text):
    """As sim_text_escape ()."""
    text = text.replace("\\", "\\\\")
    if text.startswith(" "):
        text = "\\s" + text[1:]
    if text.endswith(" "):
        text = text[:-1] + "\\s"
    return text


def split_text(text, size):
    """Pieces of a text."""
    return [text[i:i + size] for i in range(0, len(text), size)]


def multipart(sender, text, when, reference, size, coding, wide=False, language=None):
    """The parts of a long received message."""
    parts = split_text(text, size)
    out = []
    for number, part in enumerate(parts, 1):
        body = ucs2(part) if coding == "ucs2" else part
        out.append(deliver(sender, body, when, dcs=8 if coding == "ucs2" else 0,
                           elements=concat(reference, len(parts), number, wide),
                           language=language))
    return out


LONG_GSM = ("Factura electronica: su plan pospago por $54.900 vence el 25 de marzo. Pague en "
            "linea, en corresponsales o por debito automatico {ref: 00123-A} y evite la "
            "suspension del servicio. Si ya pago, haga caso omiso de este mensaje. Gracias por "
            "preferirnos. Consulte los terminos y condiciones en la pagina del operador, seccion "
            "Mi factura, o marque *611 desde su linea sin costo. Horario de atencion: lunes a "
            "sabado de 7 a.m. a 9 p.m.")
LONG_UCS2 = ("¡Feliz cumpleaños, Sofía! 🎂🎉 Que este nuevo año esté lleno de alegrías, salud y "
             "muchos viajes 🌎✈️. Nos vemos el sábado a las 3 en la casa de la abuela; habrá "
             "sancocho, música y piñata 🪅. Trae al niño y a Íñigo. Un abrazo enorme 🤗")
LONG_ES = ("Señor usuario: según el artículo 14, la operación quedó registrada así: débito de "
           "cien mil pesos, crédito de cincuenta mil. ¿Dudas? Escríbanos; la atención será más "
           "rápida aquí.")


def banks():
    """Received from names that are no numbers."""
    senders = [
        ("Bancolombia", "Bancolombia le informa transferencia por $150,000 desde cta *1234 a cta "
                        "*9876. 12/03/2026 10:15. Dudas 018000555000."),
        ("Nequi", "Recibiste $20.000 de ANDRES. Ya los tienes en tu Nequi."),
        ("Nequi", "Tu codigo es 482913. No lo compartas con nadie."),
        ("DIAN", "DIAN: su declaracion de renta fue recibida con el radicado 91000555."),
        ("Claro", "Claro te regala 2GB por hoy. Marca *611# para activarlos."),
        ("Davivienda", "Davivienda: Compra aprobada por $89.900 en TIENDA EL SOL."),
        ("Rappi", "Tu pedido va en camino!"),
        ("EPS-Info", "Recuerde su cita: martes 17, 8:20 a.m., consultorio 305."),
        ("Movii@co", "Saldo disponible: $12.345 [movii]"),
        ("SURA", "Tu poliza vence el 30/03. Renuevala hoy."),
        ("Info", "Alerta: lluvias en la region andina."),
    ]
    out = []
    for place, (sender, text) in enumerate(senders * 3):
        when = f"26-0{1 + place % 3}-{10 + place % 17:02} {7 + place % 12:02}:{place:02}:30"
        body = text if place < len(senders) else f"{text} ({place})"
        out.append((READ if place % 4 else UNREAD, deliver(sender, body, when)))
    return out


def friends():
    """Received from numbers, in every alphabet."""
    number = "+573005551001"
    return [
        (READ, deliver(number, "Hola, llego en 10 minutos", "26-03-01 08:15:00")),
        (READ, deliver(number, "Te debo 30€ {y un café} [ok] ~", "26-03-01 08:16:10")),
        (UNREAD, deliver("+573005551002", ucs2("¿Vienes mañana? 😀"), "26-03-02 19:00:59", dcs=8)),
        (READ, deliver("+573005551002", ucs2("Ya pagué la matrícula, Íñigo también"),
                       "26-03-02 19:05:00", dcs=8)),
        (READ, deliver("+573005551003", "Mañana será más fácil: camión, autobús, avión",
                       "26-02-11 06:00:00", language="es")),
        (READ, deliver("+5511955550123", "Olá, João! A reunião ficou para amanhã às três.",
                       "26-02-12 12:30:00", zone=-12, language="pt")),
        (READ, deliver("+5511955550123", "Não há pão; só café.", "26-02-12 12:31:00", zone=-12,
                       language="pt-shift")),
        (READ, deliver("+34655555012", "Saludos desde Madrid", "26-02-13 09:00:00", zone=4)),
        (READ, deliver("+9779855550123", "Namaste", "26-02-13 09:00:00", zone=23)),
        (READ, deliver("3005551004", "Sin indicativo", "25-12-31 23:59:59")),
        (READ, deliver("85555", "Codigo corto: responda SI", "25-12-01 00:00:00")),
        (READ, deliver("*611", "Desde el asterisco", "25-12-01 00:00:01")),
        (UNREAD, deliver(number, "Clase 0: se ve de inmediato", "26-03-03 10:00:00", dcs=0x10)),
        (READ, deliver(number, "Clase 0, grupo F", "26-03-03 10:01:00", dcs=0xF0)),
        (READ, deliver(number, "Clase 1", "26-03-03 10:02:00", dcs=0xF1)),
        (READ, deliver(number, "Clase 2, para la SIM", "26-03-03 10:03:00", dcs=0x12)),
        (READ, deliver(number, ucs2("Clase 1 en UCS-2 ✓"), "26-03-03 10:04:00", dcs=0x19)),
        (READ, deliver("+573005551009", "Buzon de voz: 2 mensajes", "26-03-04 07:00:00",
                       dcs=0xC8)),
        (READ, deliver("+573005551009", "Buzon de voz", "26-03-04 07:01:00", dcs=0xD8)),
        (READ, deliver("+573005551009", ucs2("Correo de voz: 1 nuevo"), "26-03-04 07:02:00",
                       dcs=0xE8)),
        (READ, deliver("+573005551009", "Mensaje en espera", "26-03-04 07:03:00",
                       elements=bytes([0x01, 2, 0x80, 3]))),
        (READ, deliver("+573005551010", bytes(range(0, 140, 5)), "26-03-05 11:00:00", dcs=0x04,
                       elements=ports(2948, 9200))),
        (READ, deliver("+573005551010", bytes.fromhex("DEADBEEF00FF7F80"), "26-03-05 11:01:00",
                       dcs=0xF5)),
        (READ, deliver("+573005551011", "Elemento desconocido", "26-03-05 11:02:00",
                       elements=bytes([0x7A, 3, 1, 2, 3]))),
        (READ, deliver("+573005551012", "Reemplaza al anterior", "26-03-05 11:03:00", pid=0x41)),
        (READ, deliver("+573005551013", "", "26-03-05 11:04:00")),
        (READ, deliver("+573005551014", "x" * 160, "26-03-05 11:05:00")),
        (READ, deliver("+573005551014", ucs2("ñ" * 70), "26-03-05 11:06:00", dcs=8)),
        (READ, deliver("+573005551015", "Otra central", "26-03-05 11:07:00",
                       centre="+573180005001")),
        (READ, deliver("+573005551016", "Sin central", "26-03-05 11:08:00", centre=None)),
    ]


def long_ones():
    """Received in parts, some out of order."""
    gsm = multipart("Claro", LONG_GSM, "26-03-06 08:00:00", 0x5A, 150, "gsm7")
    wide = multipart("+573005551020", LONG_UCS2, "26-03-07 09:00:00", 0x1234, 66, "ucs2", True)
    spanish = multipart("Bancolombia", LONG_ES, "26-03-08 10:00:00", 0x11, 140, "gsm7",
                        language="es")
    wide[1], wide[2] = wide[2], wide[1]
    return [(READ, pdu) for pdu in gsm + wide + spanish]


def own():
    """Written here: drafts, sent ones, with and without validity, a report."""
    absolute = ("absolute", timestamp("26-04-01 12:00:00"))
    enhanced = ("enhanced", bytes([0x02, 0x3C, 0, 0, 0, 0, 0]))
    pair = [submit("+573005551021", part, elements=concat(0x77, 2, i + 1), reference=40 + i,
                   validity=167)
            for i, part in enumerate(split_text("Lista de mercado: " + "arroz, panela, "
                                                "guayaba, bocadillo, queso; " * 6, 152))]
    return [
        (SENT, submit("+573005551001", "Listo, te espero", validity=167, reference=1)),
        (SENT, submit("+573005551001", ucs2("Ya salí 🚌"), dcs=8, validity=255, reference=2,
                      report=True)),
        (SENT, submit("+573005551003", "Nos vemos mañana, así será", language="es",
                      reference=3, validity=absolute)),
        (SENT, submit("3005551004", "Llamame", reference=4, validity=enhanced)),
        (SENT, submit("85555", "SI", reference=5, centre="+573150007001")),
        (UNSENT, submit("+573005551005", "Borrador sin enviar")),
        (UNSENT, submit("+573005551006", ucs2("Borrador con ñandú 🦤"), dcs=8)),
        (UNSENT, submit("+573005551007", "Borrador con clase", dcs=0xF1)),
        (SENT, submit("+573005551008", bytes.fromhex("0102030405060708"), dcs=0xF5,
                      elements=ports(5505, 5505), reference=6)),
        (READ, status_report(2, "+573005551001", "26-03-02 18:00:00", "26-03-02 18:00:07")),
        (READ, status_report(9, "+573005551001", "26-03-02 18:10:00", "26-03-04 18:10:00",
                             status=0x46)),
        # broken: it ends in the middle of the sender's address
        (READ, bytes.fromhex("07917513050070F1040C9175030055")),
    ] + [(SENT, pdu) for pdu in pair]


def messages():
    """100 of them."""
    out = banks() + friends() + long_ones() + own()
    for i in range(100 - len(out)):
        when = f"25-11-{1 + i % 28:02} {6 + i % 15:02}:{(i * 7) % 60:02}:{(i * 13) % 60:02}"
        out.append((READ, deliver(f"+57300555{2000 + i}", f"Mensaje corriente número {i}: todo "
                                  "bien por acá", when, language="es")))
    assert len(out) == 100
    return out


def spread(records, first, gaps):
    """Indices for the records, leaving the gaps free."""
    index, out = first, []
    for record in records:
        while index in gaps:
            index += 1
        out.append((index, record))
        index += 1
    return out


def memory_group(name, capacity, first, placed):
    """A [messages X] group."""
    lines = [f"[messages {name}]", f"capacity={capacity}", f"first={first}"]
    return lines + [f"{index}={stat},{pdu.hex().upper()}" for index, (stat, pdu) in placed]


def book_group(name, capacity, entries, access="read-write", first=1, extra=None, length=24,
               extended=False):
    """A [phonebook X] group."""
    lines = [f"[phonebook {name}]", f"capacity={capacity}", f"first={first}",
             "number-length=40", f"name-length={length}", f"access={access}",
             f"extended={'true' if extended else 'false'}"]
    for index, (number, kind, text) in entries:
        lines.append(f"{index}={number},{kind},{escape(text)}")
        lines += (extra or {}).get(index, [])
    return lines


def device(model, imei, charsets="IRA,GSM,UCS2"):
    """The [device] group."""
    return ["[device]", "manufacturer=Andina Wireless", f"model={model}", "revision=AW1.04.7",
            f"imei={imei}", f"charsets={charsets}"]


CLARO_NETWORK = ["[network]", "operator=732101", "long=Claro COL", "short=CLARO",
                 "technology=7", "signal=21", "area=2F1A", "cell=0042C1D3",
                 "service-centre=+573150007001"]
EMERGENCY = [(1, ("112", 129, "")), (2, ("123", 129, "")), (3, ("911", 129, ""))]
EXTRA = {
    2: ["2.email=papa@ejemplo.example", "2.group=Familia"],
    5: ["5.hidden=1", "5.second-name=El Ñato"],
    9: ["9.number=+576015550909,145", "9.group=Trabajo", "9.email=ventas@ejemplo.example"],
    14: ["14.sip-uri=sip:ana@ejemplo.example", "14.tel-uri=tel:+573005550014"],
}
CAPACITIES = {"SM": 200, "ME": 500}
LOCKS = ["[locks]", "FD=0", "PN=0", "PS=0", "AO=0,0000", "AI=0,0000", "OI=0,0000", "IR=0,0000"]


def calls(kind):
    """The entries of a call list."""
    named = {"DC": 10, "RC": 10, "MC": 8, "LD": 5}
    out = []
    for i in range(named[kind]):
        number, ton, text = contacts(60)[(i * 5 + len(kind) + ord(kind[0])) % 60]
        if kind == "MC" and i == 3:
            number, ton, text = "", 129, ""
        out.append((i + 1, (number, ton, text)))
    return out


def claro(sim, filled, model="AW-100", imei="350000550000109", locked=False):
    """A Colombian laptop's modem; without content the blank one of the same make."""
    lines = ["# Written by generate.py"] + device(model, imei)
    lines += ["[sim]"] + sim + ([] if not locked else ["locked=true"])
    lines += CLARO_NETWORK
    records = messages() if filled else []
    lines += memory_group("SM", 40, 1, spread(records[:30], 1, {4, 5, 17}))
    lines += memory_group("ME", 100, 0, spread(records[30:], 0, {9, 33, 34, 35}))
    people = contacts(250) if filled else []
    lines += book_group("SM", CAPACITIES["SM"], spread(people[:190], 1, {13, 77, 78}))
    lines += book_group("ME", CAPACITIES["ME"], spread(people[190:], 1, {3, 20}),
                        extra=EXTRA if filled else None, extended=True)
    lines += book_group("FD", 10, [], "pin2", length=16)
    lines += book_group("ON", 2, [(1, ("+573005550100", 145, "Mi línea"))] if filled else [],
                        length=16)
    lines += book_group("EN", 5, EMERGENCY, "read")
    for kind in ("DC", "RC", "MC", "LD"):
        lines += book_group(kind, 10, calls(kind) if filled else [])
    lines += ["[profiles]", "capacity=16"]
    if filled:
        lines += ["1=IPV4V6,internet.comcel.com.co", "2=IPV4V6,ims", "3=IP,mms.comcel.com.co"]
    lines += ["[preferred-networks]", "capacity=20"]
    if filled:
        lines += ["1=732101,1,0,1,1,0", "2=732123,0,0,1,1,0", "4=310410,1,0,1,1,1"]
    lines += LOCKS
    lines += ["[selected]", "messages=ME,ME,ME", "phonebook=SM", "charset=IRA"]
    return lines


CLARO_SIM = ["imsi=732101555000109", "iccid=8957321000055500016", "pin=1234", "puk=12345678",
             "pin2=4321", "number=+573005550100,145,Mi línea"]
BLANK_SIM = ["imsi=732101555000208", "iccid=8957321000055500024", "pin=1234", "puk=12345678",
             "pin2=4321", "number=+573005550200,145,"]


def full():
    """Every message and phone store full."""
    records = [(READ, deliver("+573005553000", f"Lleno {i}", "26-01-01 00:00:00"))
               for i in range(50)]
    people = [(f"+57300555{4000 + i}", 145, f"Lleno {i}") for i in range(60)]
    lines = ["# Written by generate.py"] + device("AW-100", "350000550000307")
    lines += ["[sim]"] + CLARO_SIM + CLARO_NETWORK
    lines += memory_group("SM", 20, 1, spread(records[:20], 1, ()))
    lines += memory_group("ME", 30, 0, spread(records[20:], 0, ()))
    lines += book_group("SM", 20, spread(people[:20], 1, ()))
    lines += book_group("ME", 40, spread(people[20:], 1, ()), extended=True)
    lines += book_group("DC", 10, [], "read")
    lines += ["[profiles]", "capacity=1", "1=IP,internet.comcel.com.co"]
    lines += ["[preferred-networks]", "capacity=1", "1=732101,1,0,1,1,0"] + LOCKS
    return lines


def movistar():
    """A second, smaller modem of another make: a view MT, read-only call lists, the phone's own
    memory without UCS-2 extras, indices from 0, no preferred networks."""
    records = [
        (READ, deliver("Movistar", "Movistar: recarga exitosa por $10.000", "26-02-20 15:00:00",
                       centre="+573180005001")),
        (UNREAD, deliver("+573155550010", ucs2("¡Gol de Colombia! ⚽"), "26-02-21 20:45:00", dcs=8,
                         centre="+573180005001")),
        (SENT, submit("+573155550010", "Golazo", reference=7, validity=173)),
    ]
    people = [("+573155550010", 145, "Iván Cañón"), ("+573155550011", 145, "Lucía"),
              ("3155550012", 129, "Taxi")]
    lines = ["# Written by generate.py"] + device("AW-20 mini", "350000550000406", "GSM,UCS2")
    lines += ["[sim]", "imsi=732123555000307", "iccid=8957123000055500031", "pin=0000",
              "puk=87654321", "pin2=0000"]
    lines += ["[network]", "operator=732123", "long=Movistar", "short=movistar", "technology=2",
              "signal=14", "area=0101", "cell=0000BEEF", "service-centre=+573180005001"]
    lines += memory_group("SM", 15, 0, spread(records, 0, {1}))
    lines += memory_group("ME", 10, 0, [])
    lines += ["[messages MT]", "members=ME,SM", "first=0"]
    lines += book_group("SM", 25, spread(people, 1, {2}), length=14)
    lines += book_group("DC", 5, [(1, ("+573155550010", 145, "Iván Cañón"))], "read")
    lines += book_group("MC", 5, [(1, ("3155550099", 129, ""))], "read")
    lines += ["[profiles]", "capacity=4", "1=IP,internet.movistar.com.co"]
    lines += ["[locks]", "FD=0", "[selected]", "messages=MT,SM,MT", "charset=GSM"]
    return lines


def minimal():
    """A data-only modem: no phonebook, no message memory."""
    return ["# Written by generate.py"] + device("AW-D1", "350000550000505", "IRA") + \
        ["[sim]"] + CLARO_SIM + CLARO_NETWORK + \
        ["[profiles]", "capacity=2", "1=IPV4V6,internet.comcel.com.co"]


def gsm_only():
    """A modem whose only character set is the GSM alphabet."""
    people = [("+573005550001", 145, "@ Ñandú? {ok} Öä"), ("+573005550002", 145, "Dijo \"ya\""),
              ("+573005550003", 145, "Sofía 😀"), ("123", 129, "")]
    records = banks()[:4]
    lines = ["# Written by generate.py"] + device("AW-G1", "350000550000604", "GSM")
    lines += ["[sim]"] + CLARO_SIM + CLARO_NETWORK
    lines += memory_group("SM", 10, 1, spread(records, 1, {2}))
    lines += book_group("SM", 20, spread(people, 1, ()))
    lines += ["[profiles]", "capacity=3", "1=IP,internet.comcel.com.co"] + LOCKS
    return lines


def laptop(sim, filled, imei, extras=None, model="AW-M5"):
    """A modem all of whose stores are on the SIM, as MBIM shows them. `extras`: of contacts."""
    lines = ["# Written by generate.py"] + device(model, imei)
    lines += ["[sim]"] + sim + CLARO_NETWORK
    lines += memory_group("SM", 110, 1, spread(messages() if filled else [], 1, {4, 5, 17}))
    people = contacts(245) if filled else []
    lines += book_group("SM", 250, spread(people, 1, {13, 77, 78}), extra=extras,
                        extended=extras is not None)
    lines += book_group("FD", 10, [(1, ("123", 129, "Línea 123"))] if filled else [], "pin2",
                        length=16)
    for kind in ("DC", "RC", "MC", "LD"):
        lines += book_group(kind, 10, calls(kind) if filled else [])
    lines += ["[profiles]", "capacity=6"]
    if filled:
        lines += ["1=IPV4V6,internet.comcel.com.co", "2=IPV4V6,ims", "3=IP,mms.comcel.com.co"]
    return lines + LOCKS


def satellites():
    """Fields of a USIM phonebook: some contacts have them all, some have one."""
    groups = ("Familia", "Trabajo", "Vecinos", "Fútbol ⚽")
    out = {}
    for index in range(1, 251):
        lines = out.setdefault(index, [])
        if index % 2:
            lines.append(f"{index}.email=persona{index}@ejemplo.example")
        if index % 3 == 0:
            lines.append(f"{index}.second-name=Apodo ñ {index}")
        if index % 4 == 0:
            lines.append(f"{index}.group={groups[index // 4 % 4]}")
        if index % 5 == 0:
            lines.append(f"{index}.number=+57601555{index:04},145")
        if index % 50 == 0:
            lines.append(f"{index}.hidden=1")
    for free in (13, 77, 78, 249, 250):
        del out[free]
    return out


def packed(index, name):
    """A record of EF_ADN with a name in a coding with a base pointer, which the modem would not
    choose itself: in a place that the phonebook leaves free, the card's bytes are what there is."""
    name = bytes.fromhex(name).ljust(49, b"\xff")
    number = bytes.fromhex("0681 1032547698").ljust(14, b"\xff")
    return f"3F00/7FFF/5F3A/4F3A#{index}={(name + number).hex().upper()}"


PACKED = [packed(13, "810608 9EBAC1B0BDB0"), packed(77, "82060410 8EAAB1A0ADA0")]


def usim(filled):
    """A card with a USIM phonebook of two sets, every field in use."""
    lines = laptop(CLARO_SIM if filled else BLANK_SIM, filled,
                   "350000550001102" if filled else "350000550001201",
                   satellites() if filled else {})
    return lines + ["[card]", "phonebook=local", "sets=2", "ext-records=20"] + \
        (PACKED if filled else []) + ["[mbim]", "messages=SM", "phonebook=SM"]


def esim(quirks="reset-on-refresh"):
    """A modem with an eUICC: three operators' profiles and no content."""
    lines = laptop(CLARO_SIM, False, "350000550001300")
    return lines + ["[card]", "phonebook=plain", f"quirks={quirks}",
                    "[euicc]", "profiles=colombia", "refresh=true"]


CARD = ["[card]", "phonebook=plain", "ext-records=20"]
CRSM = ["quirks=no-cgla,no-csim", "[knobs]", "fault1=* +CPBS* error", "fault2=* +CPMS* error"]
MBIM = CARD + ["[mbim]", "messages=SM", "phonebook=SM"]


def scenarios():
    """Every file: name to lines."""
    filled = laptop(CLARO_SIM, True, "350000550000703")
    return {
        "claro-co": claro(CLARO_SIM, True),
        "blank": claro(BLANK_SIM, False, imei="350000550000208"),
        "locked": claro(CLARO_SIM, True, locked=True),
        "full": full(),
        "movistar-co": movistar(),
        "minimal": minimal(),
        "gsm-only": gsm_only(),
        "mbim-laptop": filled + MBIM,
        "mbim-blank": laptop(BLANK_SIM, False, "350000550000802") + MBIM,
        "mbim-no-phonebook": filled + CARD + ["[mbim]", "messages=SM", "phonebook=none"],
        "mbim-no-uicc-low-level": filled + MBIM + ["low-level=none"],
        "both": filled + MBIM + ["at=true"],
        "at-stick": laptop(CLARO_SIM, True, "350000550000901", model="AW-S1") + CARD,
        "at-stick-blank": laptop(BLANK_SIM, False, "350000550001003", model="AW-S1") + CARD,
        # one way to the card each; the last have no other to messages and contacts, either
        "at-cgla": laptop(CLARO_SIM, True, "350000550001409", model="AW-S2") + CARD +
        ["quirks=no-crsm,no-csim"],
        "at-csim": laptop(CLARO_SIM, True, "350000550001508", model="AW-S3") + CARD +
        ["quirks=no-crsm,no-cgla"],
        "at-crsm": laptop(CLARO_SIM, True, "350000550001607", model="AW-S4") + CARD + CRSM,
        "at-crsm-blank": laptop(BLANK_SIM, False, "350000550001706", model="AW-S4") + CARD + CRSM,
        "usim-phonebook-full": usim(True),
        "usim-phonebook-blank": usim(False),
        "esim-co": esim() + ["[mbim]", "messages=SM", "phonebook=SM"],
        "esim-at": esim(),
        "esim-csim": esim("no-cgla,no-crsm,reset-on-refresh"),
    }


def main():
    """Writes or checks."""
    stale = []
    for name, lines in scenarios().items():
        path = HERE / f"{name}.scenario"
        text = "\n".join(lines) + "\n"
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(path.name)
    print("\n".join(f"{name} is not what generate.py writes" for name in stale) or "up to date")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
