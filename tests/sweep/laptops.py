# SPDX-License-Identifier: GPL-2.0-or-later
"""The modems of the sweep: one for each way to the data, as scenarios with few places, so that an
export or a restore takes few commands. Each is there twice: full, to be exported, and with some
records of its own, to restore to."""

SIM = """[device]
imei=35000055000{number}
charsets=IRA,GSM,UCS2
[sim]
imsi=73210155500020{number}
iccid=895732100005550002{number}
pin=1234
puk=12345678
[network]
operator=732101
long=Claro COL
service-centre=+573150007001
"""
GREETING = ("0791751305000710040C9175035055011000006230108051000A"
            "19C8373BCC02B1D9E5F31B5476836230503BEDAED3DF73")
UNICODE = ("0791751305000710040C9175035055012000086230209100950A"
           "2400BF005600690065006E006500730020006D006100F10061006E0061003F0020D83DDE00")
SPECIAL = "0791751305000710010505815855F5000002D324"
OTHER = "0791751305000710010605815855F5000002D324"
LONG = ("0791751305000710040C9175035055011000006230108061010A"
        "24D432885C16BF4133D8A60CDAA0F2A0BA1B340E9B0B9B1468C37BAF373ED0A607")
OWN = "0791751305007010040A81214365870900006220118010030A05C8329BFD06"

FULL = {
    "messages SM": [f"1=1,{GREETING}", f"2=1,{UNICODE}", f"5=3,{SPECIAL}"],
    "messages ME": [f"0=3,{OTHER}", f"7=1,{LONG}"],
    "phonebook SM": ["1=+573005550001,145,Ana", "4=6015550101,129,Consultorio"],
    "phonebook ME": ["2=3005551167,129,Lucía Vélez", "2.email=papa@ejemplo.example"],
    "phonebook LD": ["1=3105550002,129,Beto"],
    "profiles": ["1=IPV4V6,internet.comcel.com.co"],
    "preferred-networks": ["1=732101,1,0,1,1,0", "4=310410,1,0,1,1,1"],
}
# What was on the modem before a restore, and must still be there after it
KEPT = {
    "messages SM": [f"2=1,{OWN}"],
    "phonebook SM": ["2=3165550199,129,Propio"],
}
ROOMS = {
    "messages SM": "capacity=8\nfirst=1\n",
    "messages ME": "capacity=8\nfirst=0\n",
    "phonebook SM": "capacity=6\nfirst=1\nnumber-length=40\nname-length=14\n",
    "phonebook ME": "capacity=6\nfirst=1\nnumber-length=40\nname-length=24\nextended=true\n",
    "phonebook LD": "capacity=3\nfirst=1\nnumber-length=40\nname-length=14\naccess=read\n",
    "profiles": "capacity=4\n",
    "preferred-networks": "capacity=6\n",
}
ON_CARD = ("messages SM", "phonebook SM", "phonebook LD", "profiles")
CARD = "[card]\nphonebook=plain\next-records=2\nquirks={}\n"
EUICC = "[euicc]\nprofiles=many 2 0\n"
# the phonebook and messages of the SIM are on the card; a way decides who reads them there
WAYS = {
    "at": (tuple(ROOMS), ""),
    "mbim": (ON_CARD, CARD.format("") + "[mbim]\nmessages=SM\nphonebook=SM\n"),
    "card": (ON_CARD, CARD.format("") + EUICC + "[mbim]\nmessages=none\nphonebook=none\n"),
    "cgla": (ON_CARD, CARD.format("no-csim") + EUICC),
    "csim": (ON_CARD, CARD.format("no-cgla,no-crsm")),
    "crsm": (ON_CARD, CARD.format("no-cgla,no-csim")),
}
# What a dump must have the same after a restore
HELD = "messages phonebooks profiles preferred-networks content"


def write(folder, way, full):
    """The scenario of a way's full modem, or of the one to restore to; its path."""
    groups, tail = WAYS[way]
    records = FULL if full else KEPT
    text = SIM.format(number=2 if full else 3)
    for group in groups:
        text += f"[{group}]\n{ROOMS[group]}"
        text += "".join(f"{line}\n" for line in records.get(group, ()))
    path = folder / f"{way}-{'full' if full else 'own'}.scenario"
    path.write_text(text + tail, encoding="utf-8")
    return path
