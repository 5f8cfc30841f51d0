/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * simstow.json: its own members, then those of the snapshot: device, SIM, stores, problems.
 */

#include "config.h"

#include "simstow-header-json.h"

#include <glib/gi18n-lib.h>

#include "simstow-error.h"
#include "simstow-json-shape.h"
#include "simstow-record-json.h"

/* What is read first: the version decides whether the rest can be */
typedef struct {
    gchar *format;
    guint version;
} Preamble;

static const SimstowJsonField preamble_fields[] = {
    SIMSTOW_JSON_NEEDED (Preamble, TEXT, format),
    SIMSTOW_JSON_NEEDED (Preamble, COUNT, version),
};

static const SimstowJsonField header_fields[] = {
    SIMSTOW_JSON_FIELD (SimstowArchiveHeader, TEXT, tool),
    SIMSTOW_JSON_NEEDED (SimstowArchiveHeader, TEXT, id),
    SIMSTOW_JSON_NEEDED (SimstowArchiveHeader, TEXT, content_id),
};

static const SimstowJsonField counts_fields[] = {
    SIMSTOW_JSON_NEEDED (SimstowArchiveHeader, TOTAL, messages),
    SIMSTOW_JSON_NEEDED (SimstowArchiveHeader, TOTAL, contacts),
    SIMSTOW_JSON_NEEDED (SimstowArchiveHeader, TOTAL, calls),
};

static const SimstowJsonShape preamble_shape = {SIMSTOW_JSON_TABLE (Preamble, preamble_fields)};

static const SimstowJsonShape header_shape = {
    SIMSTOW_JSON_TABLE (SimstowArchiveHeader, header_fields)};

static const SimstowJsonShape counts_shape = {
    SIMSTOW_JSON_TABLE (SimstowArchiveHeader, counts_fields)};

static const SimstowJsonField device_fields[] = {
    SIMSTOW_JSON_FIELD (SimstowDevice, TEXT, manufacturer),
    SIMSTOW_JSON_FIELD (SimstowDevice, TEXT, model),
    SIMSTOW_JSON_FIELD (SimstowDevice, TEXT, revision),
    SIMSTOW_JSON_FIELD (SimstowDevice, TEXT, hardware_revision),
    SIMSTOW_JSON_FIELD (SimstowDevice, TEXT, equipment_id),
    SIMSTOW_JSON_FIELD (SimstowDevice, TEXT, device_id),
    SIMSTOW_JSON_FIELD (SimstowDevice, TEXT, plugin),
    SIMSTOW_JSON_FIELD (SimstowDevice, TEXT, transport),
    SIMSTOW_JSON_FIELD (SimstowDevice, WORDS, drivers),
    SIMSTOW_JSON_FIELD (SimstowDevice, WORDS, own_numbers),
};

static const SimstowJsonField sim_fields[] = {
    SIMSTOW_JSON_FIELD (SimstowSim, TEXT, iccid),
    SIMSTOW_JSON_FIELD (SimstowSim, TEXT, imsi),
    SIMSTOW_JSON_FIELD (SimstowSim, TEXT, eid),
    SIMSTOW_JSON_FIELD (SimstowSim, TEXT, operator_id),
    SIMSTOW_JSON_FIELD (SimstowSim, TEXT, operator_name),
    SIMSTOW_JSON_FIELD (SimstowSim, TEXT, registered_id),
    SIMSTOW_JSON_FIELD (SimstowSim, TEXT, registered_name),
    SIMSTOW_JSON_FIELD (SimstowSim, TEXT, type),
    SIMSTOW_JSON_FIELD (SimstowSim, TEXT, esim_status),
    SIMSTOW_JSON_FIELD (SimstowSim, TEXT, removability),
    SIMSTOW_JSON_FIELD (SimstowSim, TEXT, lock),
    SIMSTOW_JSON_FIELD (SimstowSim, WORDS, emergency_numbers),
};

static const SimstowJsonField store_fields[] = {
    SIMSTOW_JSON_NEEDED (SimstowStore, TEXT, id),
    SIMSTOW_JSON_FIELD (SimstowStore, LIMIT, used),
    SIMSTOW_JSON_FIELD (SimstowStore, LIMIT, capacity),
    SIMSTOW_JSON_FIELD (SimstowStore, COUNT, first),
    SIMSTOW_JSON_FIELD (SimstowStore, COUNT, last),
    SIMSTOW_JSON_FIELD (SimstowStore, LIMIT, number_length),
    SIMSTOW_JSON_FIELD (SimstowStore, LIMIT, name_length),
    SIMSTOW_JSON_FIELD (SimstowStore, FLAG, writable),
    SIMSTOW_JSON_FIELD (SimstowStore, FLAG, complete),
    SIMSTOW_JSON_FIELD (SimstowStore, TEXT, via),
    SIMSTOW_JSON_FIELD (SimstowStore, TEXT, way),
};

static const SimstowJsonField problem_fields[] = {
    SIMSTOW_JSON_NEEDED (SimstowProblem, TEXT, where),
    SIMSTOW_JSON_FIELD (SimstowProblem, COUNT, index),
    SIMSTOW_JSON_NEEDED (SimstowProblem, TEXT, text),
    SIMSTOW_JSON_FIELD (SimstowProblem, FLAG, lost),
};

static gpointer
store_create (void)
{
    return simstow_store_new (NULL);
}

static const SimstowJsonShape device_shape = {
    SIMSTOW_JSON_TABLE (SimstowDevice, device_fields),
    .destroy = (GDestroyNotify) simstow_device_free,
    .rest = G_STRUCT_OFFSET (SimstowDevice, rest),
};

static const SimstowJsonShape sim_shape = {
    SIMSTOW_JSON_TABLE (SimstowSim, sim_fields),
    .destroy = (GDestroyNotify) simstow_sim_free,
    .rest = G_STRUCT_OFFSET (SimstowSim, rest),
};

static const SimstowJsonShape store_shape = {
    SIMSTOW_JSON_TABLE (SimstowStore, store_fields),
    .create = store_create,
    .destroy = (GDestroyNotify) simstow_store_free,
    .rest = G_STRUCT_OFFSET (SimstowStore, rest),
};

static const SimstowJsonShape problem_shape = {
    SIMSTOW_JSON_TABLE (SimstowProblem, problem_fields),
    .destroy = (GDestroyNotify) simstow_problem_free,
    .rest = G_STRUCT_OFFSET (SimstowProblem, rest),
};

static const SimstowJsonField older_fields[] = {
    SIMSTOW_JSON_NEEDED (SimstowOlder, TEXT, member),
    SIMSTOW_JSON_NEEDED (SimstowOlder, TIME, captured),
};

static const SimstowJsonShape older_shape = {
    SIMSTOW_JSON_TABLE (SimstowOlder, older_fields),
    .destroy = (GDestroyNotify) simstow_older_free,
};

static const SimstowJsonField snapshot_fields[] = {
    SIMSTOW_JSON_FIELD (SimstowSnapshot, TIME, captured),
    SIMSTOW_JSON_FIELD (SimstowSnapshot, TIME, first_captured),
    SIMSTOW_JSON_SHAPED (SimstowSnapshot, OBJECTS, older, &older_shape),
    SIMSTOW_JSON_SHAPED (SimstowSnapshot, OBJECT, device, &device_shape),
    SIMSTOW_JSON_SHAPED (SimstowSnapshot, OBJECT, sim, &sim_shape),
    SIMSTOW_JSON_SHAPED (SimstowSnapshot, OBJECTS, stores, &store_shape),
    SIMSTOW_JSON_SHAPED (SimstowSnapshot, OBJECTS, problems, &problem_shape),
};
static const SimstowJsonField origin_fields[] = {
    SIMSTOW_JSON_SHAPED (SimstowSnapshot, OBJECT, device, &device_shape),
    SIMSTOW_JSON_SHAPED (SimstowSnapshot, OBJECT, sim, &sim_shape),
};

static const SimstowJsonShape origin_shape = {SIMSTOW_JSON_TABLE (SimstowSnapshot, origin_fields)};

/* What comes before the snapshot */
static const gchar *const header_keys[] = {
    "format",
    "version",
    "tool",
    "id",
    "content_id",
    "counts",
    NULL,
};

static const SimstowJsonShape snapshot_shape = {
    SIMSTOW_JSON_TABLE (SimstowSnapshot, snapshot_fields),
    .rest = G_STRUCT_OFFSET (SimstowSnapshot, rest),
    .derived = header_keys,
};

void
simstow_snapshot_write_json (const SimstowSnapshot *snapshot, SimstowJsonWriter *writer)
{
    simstow_json_shape_write (&snapshot_shape, snapshot, writer);
}

void
simstow_snapshot_write_origin_json (const SimstowSnapshot *snapshot, SimstowJsonWriter *writer)
{
    simstow_json_shape_write (&origin_shape, snapshot, writer);
}

SimstowSnapshot *
simstow_snapshot_read_origin_json (const SimstowJsonValue *value, GError **error)
{
    g_autoptr (SimstowSnapshot) snapshot = simstow_snapshot_new ();

    if (!simstow_json_shape_read (&origin_shape, value, snapshot, error))
        return NULL;
    return g_steal_pointer (&snapshot);
}

void
simstow_snapshot_append_json (const SimstowSnapshot *snapshot, GString *out)
{
    simstow_json_shape_append (&snapshot_shape, snapshot, FALSE, out);
}

static void
preamble_clear (Preamble *preamble)
{
    g_free (preamble->format);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Preamble, preamble_clear)

SimstowArchiveHeader *
simstow_archive_header_new (void)
{
    SimstowArchiveHeader *header = g_new0 (SimstowArchiveHeader, 1);

    header->version = SIMSTOW_ARCHIVE_VERSION;
    return header;
}

void
simstow_archive_header_free (SimstowArchiveHeader *header)
{
    if (!header)
        return;
    g_free (header->tool);
    g_free (header->id);
    g_free (header->content_id);
    g_strfreev (header->ignored);
    simstow_snapshot_free (header->snapshot);
    g_free (header);
}

void
simstow_archive_header_append_json (const SimstowArchiveHeader *header, GString *out)
{
    const Preamble preamble = {(gchar *) SIMSTOW_ARCHIVE_FORMAT, header->version};
    SimstowJsonWriter writer;

    simstow_json_writer_init (&writer, out, TRUE);
    simstow_json_writer_begin (&writer, NULL, '{');
    simstow_json_shape_write (&preamble_shape, &preamble, &writer);
    simstow_json_shape_write (&header_shape, header, &writer);
    simstow_json_writer_begin (&writer, "counts", '{');
    simstow_json_shape_write (&counts_shape, header, &writer);
    simstow_json_writer_end (&writer, '}');
    simstow_snapshot_write_json (header->snapshot, &writer);
    simstow_json_writer_end (&writer, '}');
    g_string_append_c (out, '\n');
}

static gboolean
check_preamble (const SimstowJsonValue *value, guint *version, GError **error)
{
    g_auto (Preamble) preamble = {0};

    if (!simstow_json_shape_read (&preamble_shape, value, &preamble, error))
        return FALSE;
    if (g_strcmp0 (preamble.format, SIMSTOW_ARCHIVE_FORMAT) != 0 || preamble.version == 0)
        return simstow_error_set (error, SIMSTOW_ERROR_INVALID_DATA, _ ("not a simstow archive's"));
    if (preamble.version > SIMSTOW_ARCHIVE_VERSION)
        return simstow_error_set (
            error,
            SIMSTOW_ERROR_TOO_NEW,
            _ ("the archive has format version %u and this simstow knows up to %d: use a "
               "newer simstow, or unpack it with tar and follow its README.txt"),
            preamble.version,
            SIMSTOW_ARCHIVE_VERSION);
    *version = preamble.version;
    return TRUE;
}

static gboolean
read_counts (const SimstowJsonValue *value, SimstowArchiveHeader *header, GError **error)
{
    SimstowJsonValue counts;

    if (!simstow_json_value_find (value, "counts", &counts))
        return simstow_error_set (error, SIMSTOW_ERROR_INVALID_DATA, "no \"counts\"");
    if (!simstow_json_shape_read (&counts_shape, &counts, header, error)) {
        g_prefix_error (error, "\"counts\": ");
        return FALSE;
    }
    return TRUE;
}

SimstowArchiveHeader *
simstow_archive_header_from_json (const gchar *text, gsize length, GError **error)
{
    g_autoptr (SimstowArchiveHeader) header = simstow_archive_header_new ();
    SimstowJsonValue value;

    if (!simstow_json_value_parse (text, length, &value, error) ||
        !check_preamble (&value, &header->version, error) ||
        !simstow_json_shape_read (&header_shape, &value, header, error) ||
        !read_counts (&value, header, error))
        return NULL;
    header->snapshot = simstow_snapshot_new ();
    if (!simstow_json_shape_read (&snapshot_shape, &value, header->snapshot, error))
        return NULL;
    return g_steal_pointer (&header);
}
