/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The grammar of an archive, format version 1. simstow-archive(5) tells it to
 * people; this page is its source.
 *
 *   archive     = compressed (tar) seal; gzip, zstd, xz or nothing
 *   seal        = a digest of all bytes before it, simstow-seal.h
 *   tar         = directory member* end
 *   directory   = a directory entry NAME "/", mode 0700
 *   NAME        = "simstow-" id "-" UTC time, yyyymmddThhmmssZ "-" first 8
 *                 digits of the content id
 *   member      = a regular file NAME "/" name, mode 0600, in ustar form: no
 *                 extended headers, links, devices or holes
 *   end         = two blocks of zeros, then nothing but zeros
 *
 * All entries have owner and group 0 and the capture's time. The members come
 * in the order of the table below. SHA256SUMS is the last and lists all others
 * as sha256sum does, in their order; members of other names may stand between
 * simstow.json and it, and are ignored but for their digest.
 *
 * What another program packed again is read, too: simstow-unpack.c.
 *
 *   id          = 8 hexadecimal digits, simstow_layout_id ()
 *   content id  = SHA-256 of the lines of SHA256SUMS but for README.txt's and
 *                 simstow.json's, lower-case hexadecimal
 *
 * Nothing in any name tells an ICCID, IMSI, EID or number.
 */

#pragma once

#include "simstow-snapshot.h"

/* What is read with bounded memory: a line, or a card, of its own ... */
#define SIMSTOW_LIMIT_LINE (1024 * 1024)
/* ... and members that are read whole */
#define SIMSTOW_LIMIT_DOCUMENT (16 * 1024 * 1024)
/* The greatest member: what eleven octal digits can tell */
#define SIMSTOW_LIMIT_MEMBER G_GINT64_CONSTANT (0x1FFFFFFFF)
/* How many members there may be */
#define SIMSTOW_LIMIT_MEMBERS 64
/* How far an archive may swell: so much for each byte read, and so much more */
#define SIMSTOW_LIMIT_RATIO 300
#define SIMSTOW_LIMIT_SLACK (64 * 1024 * 1024)

/**
 * SimstowMemberKind:
 * @SIMSTOW_MEMBER_README: README.txt
 * @SIMSTOW_MEMBER_HEADER: simstow.json
 * @SIMSTOW_MEMBER_CALLS: calls.ndjson
 * @SIMSTOW_MEMBER_CONTACTS: contacts.vcf
 * @SIMSTOW_MEMBER_ESIM: esim.json
 * @SIMSTOW_MEMBER_MESSAGES: messages.ndjson
 * @SIMSTOW_MEMBER_NETWORK: network.json
 * @SIMSTOW_MEMBER_SIMFILES: simfiles.ndjson
 * @SIMSTOW_MEMBER_UNREAD: unread.ndjson
 * @SIMSTOW_MEMBER_SUMS: SHA256SUMS
 * @SIMSTOW_MEMBER_OTHER: any other name
 *
 * In the order in which they stand in an archive.
 */
typedef enum {
    SIMSTOW_MEMBER_README,
    SIMSTOW_MEMBER_HEADER,
    SIMSTOW_MEMBER_CALLS,
    SIMSTOW_MEMBER_CONTACTS,
    SIMSTOW_MEMBER_ESIM,
    SIMSTOW_MEMBER_MESSAGES,
    SIMSTOW_MEMBER_NETWORK,
    SIMSTOW_MEMBER_SIMFILES,
    SIMSTOW_MEMBER_UNREAD,
    SIMSTOW_MEMBER_SUMS,
    SIMSTOW_MEMBER_OTHER,
} SimstowMemberKind;

/**
 * simstow_layout_member_name:
 *
 * Returns: the member's name
 */
const gchar *
simstow_layout_member_name (SimstowMemberKind kind);

/**
 * simstow_layout_member_kind:
 *
 * Returns: its kind, %SIMSTOW_MEMBER_OTHER for a name this version does not know
 */
SimstowMemberKind
simstow_layout_member_kind (const gchar *name);

/**
 * simstow_layout_member_is_required:
 *
 * Returns: whether an archive without it is damaged
 */
gboolean
simstow_layout_member_is_required (SimstowMemberKind kind);

/**
 * simstow_layout_member_is_content:
 *
 * Returns: whether it counts for the content id
 */
gboolean
simstow_layout_member_is_content (SimstowMemberKind kind);

/**
 * simstow_layout_is_safe_name:
 * @name: a name from an archive
 *
 * Returns: whether it is one plain file name: 1 to 64 letters, digits, dots,
 * dashes and underscores, the first of them a letter or digit
 */
gboolean
simstow_layout_is_safe_name (const gchar *name);

/**
 * simstow_layout_id:
 *
 * The short name of a SIM (its ICCID), else of a modem (its IMEI, else
 * ModemManager's identifier of the device): the first 8 digits of an
 * HMAC-SHA256 keyed with the machine's id, /etc/machine-id. Whoever sees file
 * names but not this machine can neither read nor guess the number. A machine
 * without an id gets a random key in the user's data directory,
 * simstow/archive-key; where even that cannot be kept, the id is random.
 *
 * Returns: (transfer full): 8 hexadecimal digits
 */
gchar *
simstow_layout_id (const SimstowSnapshot *snapshot);

/**
 * simstow_layout_name:
 * @id: the short id
 * @captured: the capture's time, seconds since 1970 UTC
 * @content_id: the content id
 *
 * Returns: (transfer full): the name of the archive and of the directory in it,
 * without an extension
 */
gchar *
simstow_layout_name (const gchar *id, gint64 captured, const gchar *content_id);

/**
 * simstow_layout_readme:
 *
 * Returns: README.txt: how to read an archive with stock tools
 */
const gchar *
simstow_layout_readme (void);
