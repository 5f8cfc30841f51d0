/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Having ModemManager store a message: Create () and Store ().
 */

#include <string.h>

#include <glib/gi18n.h>

#include "simstow-bus-error.h"
#include "simstow-error.h"
#include "simstow-messaging-mm.h"
#include "simstow-names.h"
#include "simstow-property-mm.h"
#include "simstow-words.h"

#define SMS_INTERFACE      SIMSTOW_MM_SERVICE ".Sms"
#define SECONDS_PER_MINUTE 60

/* Bit of the first octet that asks for a status report, 3GPP TS 23.040 9.2.3.5 */
#define FIRST_OCTET_SRR 0x20

static MMSmsProperties *
properties_from_tpdu (const SimstowTpdu *tpdu)
{
    MMSmsProperties *properties = mm_sms_properties_new ();

    mm_sms_properties_set_number (properties, tpdu->address.number);
    if (tpdu->text)
        mm_sms_properties_set_text (properties, tpdu->text);
    else
        mm_sms_properties_set_data (properties,
                                    g_bytes_get_data (tpdu->data, NULL),
                                    g_bytes_get_size (tpdu->data));
    if (tpdu->smsc.number && *tpdu->smsc.number)
        mm_sms_properties_set_smsc (properties, tpdu->smsc.number);
    if (tpdu->message_class >= 0)
        mm_sms_properties_set_class (properties, tpdu->message_class);
    if (tpdu->first_octet & FIRST_OCTET_SRR)
        mm_sms_properties_set_delivery_report_request (properties, TRUE);
    if (tpdu->validity_seconds > 0)
        mm_sms_properties_set_validity_relative (
            properties,
            (guint) (tpdu->validity_seconds / SECONDS_PER_MINUTE));
    return properties;
}

static gboolean
fail_read_back (GError **error)
{
    g_set_error_literal (error,
                         SIMSTOW_ERROR,
                         SIMSTOW_ERROR_MODEM_ERROR,
                         _ ("ModemManager took it, but does not show it as stored"));
    return FALSE;
}

static gboolean
check_stored (MMSms *sms,
              MMSmsStorage storage,
              const gchar *text,
              GCancellable *cancellable,
              GError **error)
{
    g_autoptr (GVariant) all = simstow_property_read_all (G_DBUS_PROXY (sms),
                                                          mm_sms_get_path (sms),
                                                          SMS_INTERFACE,
                                                          cancellable,
                                                          error);
    const gchar *text_there = "";
    guint32 state = 0;
    guint32 storage_there = 0;

    if (!all)
        return FALSE;
    g_variant_lookup (all, "State", "u", &state);
    g_variant_lookup (all, "Storage", "u", &storage_there);
    g_variant_lookup (all, "Text", "&s", &text_there);
    if (state != MM_SMS_STATE_STORED || storage_there != (guint32) storage)
        return fail_read_back (error);
    return !text || g_strcmp0 (text, text_there) == 0 ? TRUE : fail_read_back (error);
}

static gboolean
create_and_store (MMModemMessaging *messaging,
                  const SimstowTpdu *tpdu,
                  MMSmsStorage storage,
                  GCancellable *cancellable,
                  GError **error)
{
    g_autoptr (MMSmsProperties) properties = properties_from_tpdu (tpdu);
    g_autoptr (MMSms) sms = NULL;

    sms = mm_modem_messaging_create_sync (messaging, properties, cancellable, error);
    if (!sms)
        return FALSE;
    if (!mm_sms_store_sync (sms, storage, cancellable, error)) {
        /* or it would stay in ModemManager's list until it ends */
        mm_modem_messaging_delete_sync (messaging, mm_sms_get_path (sms), NULL, NULL);
        return FALSE;
    }
    return check_stored (sms, storage, tpdu->text, cancellable, error);
}

gboolean
simstow_messaging_write (SimstowModem *modem,
                         const SimstowPlanItem *item,
                         GCancellable *cancellable,
                         GError **error)
{
    MMModemMessaging *messaging =
        mm_object_peek_modem_messaging (simstow_modem_peek_object (modem));
    GError *local = NULL;
    gint storage;

    if (!messaging || !item->message->tpdu) {
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_UNSUPPORTED,
                             _ ("ModemManager cannot store it on this modem"));
        return FALSE;
    }
    if (!simstow_words_to_enum (MM_TYPE_SMS_STORAGE,
                                item->store + strlen (SIMSTOW_PREFIX_SMS),
                                &storage,
                                error))
        return FALSE;
    if (create_and_store (messaging,
                          item->message->tpdu,
                          (MMSmsStorage) storage,
                          cancellable,
                          &local))
        return TRUE;
    simstow_bus_error_translate (&local);
    g_propagate_error (error, local);
    return FALSE;
}
