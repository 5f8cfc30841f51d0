/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * simstow.json: its own members, then those of the snapshot.
 */

#include "config.h"

#include "simstow-header-json.h"

#include <glib/gi18n-lib.h>

#include "simstow-error.h"
#include "simstow-json-shape.h"
#include "simstow-snapshot-json.h"

/* What is read first: the version decides whether the rest can be */
typedef struct {
    gchar *format;
    guint version;
} Preamble;

/* clang-format off */
static const SimstowJsonField preamble_fields[] = {
    {"format", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (Preamble, format), TRUE},
    {"version", SIMSTOW_JSON_KIND_COUNT, G_STRUCT_OFFSET (Preamble, version), TRUE},
};

static const SimstowJsonField header_fields[] = {
    {"tool", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowArchiveHeader, tool)},
    {"id", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowArchiveHeader, id), TRUE},
    {"content_id", SIMSTOW_JSON_KIND_TEXT,
     G_STRUCT_OFFSET (SimstowArchiveHeader, content_id), TRUE},
};

static const SimstowJsonField counts_fields[] = {
    {"messages", SIMSTOW_JSON_KIND_TOTAL, G_STRUCT_OFFSET (SimstowArchiveHeader, messages), TRUE},
    {"contacts", SIMSTOW_JSON_KIND_TOTAL, G_STRUCT_OFFSET (SimstowArchiveHeader, contacts), TRUE},
    {"calls", SIMSTOW_JSON_KIND_TOTAL, G_STRUCT_OFFSET (SimstowArchiveHeader, calls), TRUE},
};
/* clang-format on */

static const SimstowJsonShape preamble_shape = {
    .fields = preamble_fields,
    .n_fields = G_N_ELEMENTS (preamble_fields),
};

static const SimstowJsonShape header_shape = {
    .fields = header_fields,
    .n_fields = G_N_ELEMENTS (header_fields),
};

static const SimstowJsonShape counts_shape = {
    .fields = counts_fields,
    .n_fields = G_N_ELEMENTS (counts_fields),
};

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
    if (g_strcmp0 (preamble.format, SIMSTOW_ARCHIVE_FORMAT) != 0 || preamble.version == 0) {
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_INVALID_DATA,
                             _ ("not a simstow archive's"));
        return FALSE;
    }
    if (preamble.version > SIMSTOW_ARCHIVE_VERSION) {
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_TOO_NEW,
                     _ ("the archive has format version %u and this simstow knows up to %d: use a "
                        "newer simstow, or unpack it with tar and follow its README.txt"),
                     preamble.version,
                     SIMSTOW_ARCHIVE_VERSION);
        return FALSE;
    }
    *version = preamble.version;
    return TRUE;
}

static gboolean
read_counts (const SimstowJsonValue *value, SimstowArchiveHeader *header, GError **error)
{
    SimstowJsonValue counts;

    if (!simstow_json_value_find (value, "counts", &counts)) {
        g_set_error_literal (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_DATA, "no \"counts\"");
        return FALSE;
    }
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
    header->snapshot = simstow_snapshot_read_json (&value, error);
    if (!header->snapshot)
        return NULL;
    return g_steal_pointer (&header);
}
