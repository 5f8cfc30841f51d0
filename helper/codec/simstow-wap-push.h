/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What arrives as 8 bit data for WAP's push port: the notification of a multimedia message (OMA
 * MMS-ENC 6.2), which says who sent what and where it can be fetched, and links that are sent
 * (service indication and service loading, WAP-167 and WAP-168).
 */

#pragma once

#include <gio/gio.h>

/* WAP-259, in the destination port of a user data header */
#define SIMSTOW_WAP_PUSH_PORT 2948

/**
 * SimstowWapPushKind:
 * @SIMSTOW_WAP_PUSH_MMS: a multimedia message waits
 * @SIMSTOW_WAP_PUSH_INDICATION: a link with a text
 * @SIMSTOW_WAP_PUSH_LOADING: a link that is to be opened at once
 * @SIMSTOW_WAP_PUSH_OTHER: something else, known by its content type alone
 */
typedef enum {
    SIMSTOW_WAP_PUSH_MMS,
    SIMSTOW_WAP_PUSH_INDICATION,
    SIMSTOW_WAP_PUSH_LOADING,
    SIMSTOW_WAP_PUSH_OTHER,
} SimstowWapPushKind;

/**
 * SimstowWapPush:
 * @kind: what it is
 * @content_type: (nullable): as it stands there, where it is a text
 * @from: (nullable): who sent it
 * @subject: (nullable): its subject; the text of a link
 * @address: (nullable): where it is
 * @size: how large it is, -1 unknown
 * @expiry: until when it can be fetched, seconds since 1970 UTC, -1 unknown
 * @lifetime: for how many seconds, -1 unknown
 */
typedef struct {
    SimstowWapPushKind kind;
    gchar *content_type;
    gchar *from;
    gchar *subject;
    gchar *address;
    gint64 size;
    gint64 expiry;
    gint64 lifetime;
} SimstowWapPush;

/**
 * simstow_wap_push_decode:
 * @data: the bytes behind the user data header, of all parts
 * @error: return location for a #SIMSTOW_ERROR_INVALID_DATA error
 *
 * Decodes a connectionless push, WAP-230 8.2.4.1. What is not known is passed over; texts are
 * valid UTF-8.
 *
 * Returns: (transfer full) (nullable): what it says, or %NULL with @error set
 */
SimstowWapPush *
simstow_wap_push_decode (GBytes *data, GError **error);

void
simstow_wap_push_free (SimstowWapPush *push);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowWapPush, simstow_wap_push_free)
