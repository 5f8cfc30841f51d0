/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages over MBIM. What modems do otherwise than MBIM:
 * - a configuration that is refused, or without places, although there are messages: list ().
 */

#include "simstow-messages-mbim.h"

#include "simstow-error.h"
#include "simstow-mbim.h"
#include "simstow-names.h"

#define STORE SIMSTOW_PREFIX_SMS "sm"

#define CID_CONFIGURATION (1u << 1)
#define INITIALIZED       1
#define FORMAT_CDMA       1

/* Where things are in an answer, and in a record of it */
#define OFFSET_COUNT  4
#define OFFSET_STATUS 4
#define OFFSET_PDU    8

struct _SimstowMessagesMbim {
    SimstowDriver parent_instance;

    gboolean cdma;
    guint capacity;
};

G_DEFINE_FINAL_TYPE (SimstowMessagesMbim, simstow_messages_mbim, SIMSTOW_TYPE_DRIVER)

static const guint8 service[] = {0x53,
                                 0x3F,
                                 0xBE,
                                 0xEB,
                                 0x14,
                                 0xFE,
                                 0x44,
                                 0x67,
                                 0x9F,
                                 0x90,
                                 0x33,
                                 0xA2,
                                 0x23,
                                 0xE5,
                                 0x6C,
                                 0x3F};

/* A size that was cut leaves bytes of the message behind it; padding is of zeros, MBIM 1.0 10.3 */
static gboolean
ends_with (GBytes *element, GBytes *pdu)
{
    gsize size, length;
    const guint8 *start = g_bytes_get_data (element, &size);
    const guint8 *rest = (const guint8 *) g_bytes_get_data (pdu, &length) + length;

    for (; rest < start + size; rest++)
        if (*rest != 0)
            return FALSE;
    return TRUE;
}

/* MBIM_SMS_PDU_RECORD; the statuses have the numbers of 3GPP TS 27.005 */
static gboolean
take_pdu (GBytes *element, GBytes *information, SimstowSnapshot *into, GError **error)
{
    g_autoptr (GBytes) pdu = NULL;
    guint32 index, status, format;

    if (simstow_mbim_u32 (information, 0, &format, NULL) && format == FORMAT_CDMA) {
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_INVALID_DATA,
                             "a message in the format of CDMA, which simstow does not read");
        return FALSE;
    }
    if (!simstow_mbim_u32 (element, 0, &index, error) ||
        !simstow_mbim_u32 (element, OFFSET_STATUS, &status, error))
        return FALSE;
    pdu = simstow_mbim_dup_data (element, OFFSET_PDU, error);
    if (!pdu) {
        g_prefix_error (error, "message: ");
        return FALSE;
    }
    if (g_bytes_get_size (pdu) == 0) {
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_INVALID_DATA,
                             "a message without bytes");
        return FALSE;
    }
    if (!ends_with (element, pdu)) {
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_INVALID_DATA,
                     "a message of %" G_GSIZE_FORMAT " bytes, with more behind it",
                     g_bytes_get_size (pdu));
        return FALSE;
    }
    g_ptr_array_add (
        into->messages,
        simstow_message_new (STORE,
                             index,
                             (SimstowMessageStatus) MIN (status, SIMSTOW_MESSAGE_STATUS_UNKNOWN),
                             pdu));
    return TRUE;
}

static gboolean
read_all (SimstowMessagesMbim *self,
          SimstowSnapshot *into,
          GCancellable *cancellable,
          GError **error)
{
    const SimstowMbimReader reader = {SIMSTOW_DOOR_MBIM_MESSAGES,
                                      self->cdma ? "read 1," : "read 0,",
                                      STORE,
                                      OFFSET_COUNT,
                                      take_pdu,
                                      self->capacity};

    return simstow_mbim_read (simstow_driver_peek_conversation (SIMSTOW_DRIVER (self)),
                              &reader,
                              into,
                              cancellable,
                              error);
}

/* Listing */

static void
add_store (const SimstowMessagesMbim *self, SimstowSnapshot *listing)
{
    SimstowStore *store = simstow_store_new (STORE);

    store->via = g_strdup (SIMSTOW_VIA_MBIM);
    store->marks_read = TRUE;
    if (self->capacity > 0)
        store->capacity = (gint) MIN (self->capacity, (guint) G_MAXINT);
    g_ptr_array_add (listing->stores, store);
}

/* MBIM_SMS_CONFIGURATION_INFO */
static gboolean
ask_configuration (SimstowMessagesMbim *self, GCancellable *cancellable, GError **error)
{
    g_autoptr (GBytes) information =
        simstow_mbim_run (simstow_driver_peek_conversation (SIMSTOW_DRIVER (self)),
                          SIMSTOW_DOOR_MBIM_MESSAGES,
                          g_strdup ("configuration"),
                          NULL,
                          cancellable,
                          error);
    guint32 state, format, capacity;

    if (!information)
        return FALSE;
    if (!simstow_mbim_u32 (information, 0, &state, error) ||
        !simstow_mbim_u32 (information, 4, &format, error) ||
        !simstow_mbim_u32 (information, 8, &capacity, error)) {
        g_prefix_error (error, "what the modem says of its messages: ");
        return FALSE;
    }
    self->capacity = capacity;
    self->cdma = format == FORMAT_CDMA;
    if (state == INITIALIZED)
        return TRUE;
    g_set_error_literal (error,
                         SIMSTOW_ERROR,
                         SIMSTOW_ERROR_LOCKED,
                         "the modem says that its memory of messages is not initialised");
    return FALSE;
}

static gboolean
list (SimstowDriver *driver,
      gboolean counts,
      SimstowSnapshot *listing,
      GCancellable *cancellable,
      GError **error)
{
    SimstowMessagesMbim *self = SIMSTOW_MESSAGES_MBIM (driver);
    g_autoptr (SimstowSnapshot) probe = simstow_snapshot_new ();
    g_autoptr (GError) doubt = NULL;
    g_autoptr (GError) local = NULL;
    guint32 cids;

    self->capacity = 0;
    self->cdma = FALSE;
    if (!simstow_mbim_ask_services (simstow_driver_peek_conversation (driver),
                                    SIMSTOW_DOOR_MBIM_MESSAGES,
                                    service,
                                    &cids,
                                    cancellable,
                                    error))
        return FALSE;
    if (!cids)
        return TRUE;
    if (cids & CID_CONFIGURATION && ask_configuration (self, cancellable, &doubt) &&
        self->capacity > 0) {
        add_store (self, listing);
        return TRUE;
    }
    self->capacity = 0;
    /* the messages are there whatever the modem said of their memory; without any, that counts */
    if (!g_error_matches (doubt, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED) &&
        read_all (self, probe, cancellable, &local) &&
        probe->messages->len + probe->unread->len > 0)
        add_store (self, listing);
    else
        return simstow_mbim_tell_absence (listing, STORE, doubt, local, error);
    return TRUE;
}

static gboolean
read_store (SimstowDriver *driver,
            const gchar *store,
            guint first,
            guint last,
            SimstowSnapshot *into,
            SimstowProgressFunc progress,
            gpointer user_data,
            GCancellable *cancellable,
            GError **error)
{
    gboolean done = read_all (SIMSTOW_MESSAGES_MBIM (driver), into, cancellable, error);

    if (done && progress)
        progress (STORE, into->messages->len, into->messages->len, user_data);
    return done;
}

static void
simstow_messages_mbim_class_init (SimstowMessagesMbimClass *klass)
{
    SimstowDriverClass *driver_class = SIMSTOW_DRIVER_CLASS (klass);

    driver_class->list = list;
    driver_class->read = read_store;
}

static void
simstow_messages_mbim_init (SimstowMessagesMbim *self)
{
}

SimstowDriver *
simstow_messages_mbim_new (SimstowConversation *conversation)
{
    return g_object_new (SIMSTOW_TYPE_MESSAGES_MBIM, "conversation", conversation, NULL);
}
