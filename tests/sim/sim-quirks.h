/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What real modems do that TS 27.005, TS 27.007 and MBIM 1.0 do not have, one quirk a line of the
 * scenario's group [quirks] or of the control socket's command `quirk`. Commands that are refused,
 * slow or silent are faults (sim-knobs.h), what is odd about the way to the card is in
 * sim-card-slot.h.
 *
 * CODE is `ok`, `error`, `cme N` or `cms N`. FORM is one of the words behind the name:
 * `tight` no space behind the colon, `spaces` more of them, `unquoted` no quotes, `bare` no
 * parentheses, `high` counts that are one too high, `zero` counts of nothing, `nocounts` none.
 *
 * Lines of several commands:
 *     joined=CODE              are refused
 *     joined-most=N CODE       are refused when they have more commands
 *     line-most=N CODE         are refused when they have more characters
 *     sms-standalone=CODE      are refused when one of them is +CMG... or +CPMS
 *     joined-half=K CODE       end after K commands
 *     joined-mute=K            leave out the answer of the Kth command
 *
 * Answers:
 *     cpms-list=bare|triple|one|two|unquoted|spaces|tight|empty     +CPMS=?
 *     cpms-read=nocounts|nototal|unquoted|high|zero|first|spaces|tight  +CPMS?
 *     cpms-set=none|names|nocounts|high|zero|spaces|tight           +CPMS=
 *     cpbs-list=bare|unquoted|spaces|tight|empty                    +CPBS=?
 *     cpbs-read=nocounts|nototal|unquoted|high|zero|spaces|tight    +CPBS?
 *     cpbr-range=bare|comma|nolengths|list|spaces|tight|high|emptylengths   +CPBR=?
 *     cpbr-row=unquoted|notype|noname|lower|trail|date|spaces|tight|once
 *     cmgl-row=lower|alpha|name|noalpha|trail|spaces|tight|length   also +CMGR
 *     cscs-list=bare|unquoted|spaces|tight                          +CSCS=?
 *     cpbr-rows=N, cmgl-rows=N only the first N rows
 *     cpbr-most=N CODE         ranges of more places are refused
 *     cpbr-empty=CODE          the answer to a range without entries
 *     cmgr-empty=CODE          the answer to an index without a message; `zero` is `+CMGR: 0,,0`
 *     cmgl-empty=CODE          the answer to a list without messages
 *     cmgl-skip=N              the Nth message is left out of the list, and is counted and read
 *     blank-rows=129|none      a row for each empty place, with that type of number
 *     cpms-ignored=true        +CPMS= says OK and selects nothing
 *     cpms-args=N              +CPMS= takes N arguments, no fewer and no more
 *     notice=N TEXT            an unsolicited line behind the Nth line of every answer
 *     notice-bare=N TEXT       the same without a line end of its own before it
 *     error-text=TEXT          what stands for ERROR
 *     crlf=blank|space          an empty line before, a space behind each row
 *     cmee=none|code|text|tight|spaces   whatever +CMEE says
 *     echo=true                whatever E0 says
 *     names-raw=all|quotes|controls|nul   bytes of names that are not escaped
 *     names-latin=true         names in ISO 8859-1, but for UCS2
 *     names-pad=FFFF|0000      what follows a name in UCS2
 *     names-ucs2=true          names in UCS2, whatever +CSCS says
 *     cscs-ignored=true        names are given in IRA, whatever +CSCS says
 *     ucs2-strings=true        with UCS2, even names of phonebooks and of sets are in it
 *
 * Time:
 *     busy=MS                  from now on SIM busy, for so long
 *     busy-code=CODE           what it says then; MBIM: cme N is the status
 *
 * Writing, over every front:
 *     name-cut=N, number-cut=N only the first N characters are kept
 *     name-upper=true          names become upper case
 *     type-altered=N           every type of number becomes N
 *     stat-ignored=N           every message gets that status
 *     write-lost=N             every Nth is accepted and dropped
 *     cmgw-index=none          +CMGW answers OK alone
 *     cpbw-place=CODE          +CPBW without an index is refused so
 *
 * MBIM:
 *     sms-format=cdma          READ gives records of CDMA; `configuration`: so says CONFIGURATION
 *     sms-all=CODE, phonebook-all=CODE   cme N: reading all is refused with status N
 *     sms-bad=INDEX, phonebook-bad=INDEX that one cannot be read: status 22
 *     sms-rows=N, phonebook-rows=N       reading all gives the first N
 *     sms-capacity=N           what CONFIGURATION says
 *     phonebook-used=high|zero what CONFIGURATION says
 */

#pragma once

#include "sim-store.h"

G_BEGIN_DECLS

/**
 * sim_quirks_set:
 * @store: a modem's
 * @name: a quirk
 * @value: its value; "" takes it away
 *
 * Returns: whether there is such a quirk
 */
gboolean
sim_quirks_set (SimStore *store, const gchar *name, const gchar *value);

/**
 * sim_quirks_get:
 * @store: a modem's
 * @name: a quirk
 *
 * Returns: (transfer none) (nullable): its value, %NULL when the modem does not have it
 */
const gchar *
sim_quirks_get (const SimStore *store, const gchar *name);

/**
 * sim_quirks_is:
 * @store: a modem's
 * @name: a quirk
 * @value: a value
 *
 * Returns: whether it has that value
 */
gboolean
sim_quirks_is (const SimStore *store, const gchar *name, const gchar *value);

/**
 * sim_quirks_number:
 * @store: a modem's
 * @name: a quirk
 * @rest: (out) (optional) (transfer none): what follows the number and a space, or ""
 *
 * Returns: the number that its value begins with, 0 when the modem does not have it
 */
guint
sim_quirks_number (const SimStore *store, const gchar *name, const gchar **rest);

/**
 * sim_quirks_busy:
 * @store: a modem's
 *
 * Returns: whether the SIM is busy now
 */
gboolean
sim_quirks_busy (const SimStore *store);

G_END_DECLS
