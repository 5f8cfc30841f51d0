/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which quirks the simulated modem has.
 */

#include "sim-quirks.h"

#include <string.h>

static const gchar *const names[] = {
    "joined",       "joined-most",    "line-most",    "sms-standalone",
    "joined-half",  "joined-mute",    "cpms-list",    "cpms-read",
    "cpms-set",     "cpbs-list",      "cpbs-read",    "cpbr-range",
    "cpbr-row",     "cmgl-row",       "cscs-list",    "cpbr-rows",
    "cmgl-rows",    "cpbr-most",      "cpbr-empty",   "cmgr-empty",
    "cpms-args",    "notice",         "crlf",         "cmee",
    "echo",         "names-raw",      "names-latin",  "busy",
    "busy-code",    "name-cut",       "number-cut",   "name-upper",
    "type-altered", "stat-ignored",   "write-lost",   "cmgw-index",
    "cpbw-place",   "sms-format",     "sms-all",      "phonebook-all",
    "sms-bad",      "phonebook-bad",  "sms-rows",     "phonebook-rows",
    "sms-capacity", "phonebook-used", "blank-rows",   "names-pad",
    "names-ucs2",   "cscs-ignored",   "ucs2-strings", "cmgl-empty",
    "cpms-ignored", "error-text",     "notice-bare",  "cmgl-skip",
    NULL,
};

gboolean
sim_quirks_set (SimStore *store, const gchar *name, const gchar *value)
{
    if (!g_strv_contains (names, name))
        return FALSE;
    if (g_str_equal (name, "busy"))
        store->busy_until =
            g_get_monotonic_time () + g_ascii_strtoll (value, NULL, 10) * G_TIME_SPAN_MILLISECOND;
    if (value[0])
        g_hash_table_replace (store->quirks, g_strdup (name), g_strdup (value));
    else
        g_hash_table_remove (store->quirks, name);
    return TRUE;
}

const gchar *
sim_quirks_get (const SimStore *store, const gchar *name)
{
    return g_hash_table_lookup (store->quirks, name);
}

gboolean
sim_quirks_is (const SimStore *store, const gchar *name, const gchar *value)
{
    return g_strcmp0 (sim_quirks_get (store, name), value) == 0;
}

guint
sim_quirks_number (const SimStore *store, const gchar *name, const gchar **rest)
{
    const gchar *value = sim_quirks_get (store, name);
    gchar *end = NULL;
    guint number = value ? g_ascii_strtoull (value, &end, 10) : 0;

    if (rest)
        *rest = end ? end + strspn (end, " ") : "";
    return number;
}

gboolean
sim_quirks_busy (const SimStore *store)
{
    return g_get_monotonic_time () < store->busy_until;
}
