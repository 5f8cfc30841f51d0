/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every name that the plugin and the helper must spell alike: bus names, the
 * keys of store and record dictionaries, store ids.
 */

#pragma once

#define SIMSTOW_MM_SERVICE "org.freedesktop.ModemManager1"
#define SIMSTOW_MM_PATH    "/org/freedesktop/ModemManager1"
#define SIMSTOW_INTERFACE  "org.simstow.Modem1"

/* polkit actions: the first two are ModemManager's own */
#define SIMSTOW_POLKIT_MESSAGING "org.freedesktop.ModemManager1.Messaging"
#define SIMSTOW_POLKIT_CONTACTS  "org.freedesktop.ModemManager1.Contacts"
#define SIMSTOW_POLKIT_CARD      "org.simstow.card"

/* Keys of the dictionaries of ListStores () */
#define SIMSTOW_STORE_ID            "id"
#define SIMSTOW_STORE_USED          "used"
#define SIMSTOW_STORE_CAPACITY      "capacity"
#define SIMSTOW_STORE_ACCESS        "access"
#define SIMSTOW_STORE_FIRST         "first"
#define SIMSTOW_STORE_LAST          "last"
#define SIMSTOW_STORE_NUMBER_LENGTH "number-length"
#define SIMSTOW_STORE_NAME_LENGTH   "name-length"
#define SIMSTOW_STORE_VIA           "via"
#define SIMSTOW_STORE_WAY           "way"
#define SIMSTOW_STORE_EXTENDED      "extended"
#define SIMSTOW_STORE_MARKS_READ    "marks-read"
#define SIMSTOW_STORE_SETS          "sets"
#define SIMSTOW_STORE_FILES         "files"
#define SIMSTOW_STORE_SIZE          "size"
#define SIMSTOW_STORE_GROUPS        "groups"
#define SIMSTOW_STORE_LABELS        "labels"
#define SIMSTOW_STORE_FAULT         "fault"

#define SIMSTOW_ACCESS_READ       "read"
#define SIMSTOW_ACCESS_READ_WRITE "read-write"

/* "via": ModemManager's own interfaces are the helper's way without the plugin */
#define SIMSTOW_VIA_AT   "at"
#define SIMSTOW_VIA_MBIM "mbim"
#define SIMSTOW_VIA_CARD "card"
#define SIMSTOW_VIA_MM   "mm"

/* "way": how the card is reached where that is the way of a store; a channel names its own */
#define SIMSTOW_WAY_CRSM "crsm"

/* Prefixes of store ids: what follows the slash names the memory */
#define SIMSTOW_PREFIX_SMS       "sms/"
#define SIMSTOW_PREFIX_PHONEBOOK "phonebook/"
#define SIMSTOW_PREFIX_CALLS     "calls/"
#define SIMSTOW_STORE_SIMFILE    "simfile"
#define SIMSTOW_STORE_EUICC      "euicc"

/* Options of ReadRecords () */
#define SIMSTOW_OPTION_PACKED "packed"

/* Keys of record dictionaries */
#define SIMSTOW_RECORD_INDEX             "index"
#define SIMSTOW_RECORD_STATUS            "status"
#define SIMSTOW_RECORD_PDU               "pdu"
#define SIMSTOW_RECORD_RAW               "raw"
#define SIMSTOW_RECORD_EXTENSIONS        "extensions"
#define SIMSTOW_RECORD_FIELDS            "fields"
#define SIMSTOW_RECORD_TAG               "tag"
#define SIMSTOW_RECORD_NAMES             "names"
#define SIMSTOW_RECORD_PATH              "path"
#define SIMSTOW_RECORD_STRUCTURE         "structure"
#define SIMSTOW_RECORD_RECORDS           "records"
#define SIMSTOW_RECORD_NUMBER            "number"
#define SIMSTOW_RECORD_TYPE              "type"
#define SIMSTOW_RECORD_NAME              "name"
#define SIMSTOW_RECORD_NAME_RAW          "name-raw"
#define SIMSTOW_RECORD_HIDDEN            "hidden"
#define SIMSTOW_RECORD_GROUP             "group"
#define SIMSTOW_RECORD_ADDITIONAL_NUMBER "additional-number"
#define SIMSTOW_RECORD_ADDITIONAL_TYPE   "additional-type"
#define SIMSTOW_RECORD_SECOND_NAME       "second-name"
#define SIMSTOW_RECORD_EMAIL             "email"
#define SIMSTOW_RECORD_SIP_URI           "sip-uri"
#define SIMSTOW_RECORD_TEL_URI           "tel-uri"
#define SIMSTOW_RECORD_TIME              "time"
#define SIMSTOW_RECORD_FAULT             "fault"
#define SIMSTOW_RECORD_ROW               "row"
#define SIMSTOW_RECORD_ICCID             "iccid"
#define SIMSTOW_RECORD_VALUE             "value"
