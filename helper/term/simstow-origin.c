/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What stands beside a message is read only where its bytes do not tell.
 */

#include "simstow-origin.h"

#include <string.h>

#include "simstow-json-scanner.h"

#define FOREIGN     "foreign"
#define MS_A_SECOND 1000

static gint
find_zone_here (gint64 time)
{
    g_autoptr (GDateTime) here = g_date_time_new_from_unix_local (time);

    return here ? (gint) (g_date_time_get_utc_offset (here) / G_TIME_SPAN_MINUTE) : 0;
}

static void
take_text (const SimstowJsonValue *foreign, const gchar *key, gchar **place)
{
    SimstowJsonValue value;
    gchar *text;

    if (!simstow_json_value_find (foreign, key, &value))
        return;
    text = simstow_json_value_dup_string (&value, NULL);
    if (!text)
        return;
    g_free (*place);
    *place = text;
}

static void
take_foreign (SimstowOrigin *origin, const gchar *rest)
{
    g_autofree gchar *text = g_strconcat ("{", rest, "}", NULL);
    SimstowJsonValue whole;
    SimstowJsonValue foreign;
    SimstowJsonValue date;
    gint64 time;

    if (!simstow_json_value_parse (text, strlen (text), &whole, NULL) ||
        !simstow_json_value_find (&whole, FOREIGN, &foreign) || foreign.type != SIMSTOW_JSON_OBJECT)
        return;
    take_text (&foreign, "address", &origin->address);
    take_text (&foreign, "name", &origin->name);
    if (origin->time >= 0 || !simstow_json_value_find (&foreign, "date", &date) ||
        !simstow_json_value_get_integer (&date, 1, G_MAXINT64, &time, NULL))
        return;
    origin->time = time / MS_A_SECOND;
    origin->zone = find_zone_here (origin->time);
}

void
simstow_origin_init (SimstowOrigin *origin, const SimstowMessage *message)
{
    const SimstowTpdu *tpdu = message->tpdu;

    memset (origin, 0, sizeof *origin);
    origin->address = tpdu ? g_strdup (tpdu->address.number) : NULL;
    origin->type = tpdu ? tpdu->address.type : 0;
    origin->time = simstow_message_get_time (message, &origin->zone);
    if (message->rest && strstr (message->rest, "\"" FOREIGN "\""))
        take_foreign (origin, message->rest);
}

void
simstow_origin_clear (SimstowOrigin *origin)
{
    g_free (origin->address);
    g_free (origin->name);
}
