/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lines that the phonebook driver sends to a modem with the phonebooks SM and
 * ME and the call lists DC and RC, where ME and IRA are selected; and its answers.
 */

#pragma once

#define OPEN "+CPBS?;+CSCS?;+CPBS=?;+CSCS=?"
#define OPEN_REPLY                                    \
    "+CPBS: \"ME\",1,100\r\n+CSCS: \"IRA\"\r\n"       \
    "+CPBS: (\"SM\",\"ME\",\"MT\",\"DC\",\"RC\")\r\n" \
    "+CSCS: (\"IRA\",\"GSM\",\"UCS2\")\r\n"

#define LIMITS(name)    "+CPBS=\"" name "\";+CPBR=?;+CPBW=?;+CPBS?;"
#define LIMITS_RO(name) "+CPBS=\"" name "\";+CPBR=?;+CPBS?;"
#define BACK            "+CPBS=\"ME\""
#define LIST            "+CPBS?;" LIMITS ("SM") LIMITS ("ME") LIMITS ("DC") LIMITS ("RC") BACK
#define LIST_RO         "+CPBS?;" LIMITS_RO ("SM") LIMITS_RO ("ME") LIMITS_RO ("DC") LIMITS_RO ("RC") BACK

#define LIMITS_REPLY_RO(name, used) "+CPBR: (1-250),40,18\r\n+CPBS: \"" name "\"," used ",250\r\n"
#define LIMITS_REPLY(name, used) \
    "+CPBR: (1-250),40,18\r\n+CPBW: (1-250),40,(129,145),18\r\n+CPBS: \"" name "\"," used ",250\r\n"
#define LIST_REPLY                                                              \
    "+CPBS: \"ME\",1,100\r\n" LIMITS_REPLY ("SM", "0") LIMITS_REPLY ("ME", "0") \
        LIMITS_REPLY ("DC", "0") LIMITS_REPLY ("RC", "5")
#define LIST_REPLY_RO                                                                 \
    "+CPBS: \"ME\",1,100\r\n" LIMITS_REPLY_RO ("SM", "0") LIMITS_REPLY_RO ("ME", "0") \
        LIMITS_REPLY_RO ("DC", "0") LIMITS_REPLY_RO ("RC", "5")

#define BEFORE      "+CPBS?;+CSCS?;+CPBS=\"SM\";+CSCS=\"UCS2\";"
#define PUT_BACK    "+CSCS=\"IRA\";" BACK
#define TEXTS(line) BEFORE line ";" PUT_BACK
#define SELECTED    "+CPBS: \"ME\",1,100\r\n+CSCS: \"IRA\"\r\n"
#define READ_ALL    TEXTS ("+CPBR=1,250")
#define READ_CALLS  "+CPBS?;+CSCS?;+CPBS=\"DC\";+CSCS=\"UCS2\";+CPBR=1,250;+CPBS?;" PUT_BACK
#define ANA         "+CPBR: 1,\"+571\",145,\"0041006E0061\"\r\n"
#define LUZ         "+CPBR: 3,\"572\",129,\"004C0075007A\"\r\n"
