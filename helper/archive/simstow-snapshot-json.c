/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Device, SIM, stores and problems as JSON.
 */

#include "simstow-snapshot-json.h"

#include "simstow-json-shape.h"
#include "simstow-record-json.h"

/* clang-format off */
static const SimstowJsonField device_fields[] = {
    {"manufacturer", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowDevice, manufacturer)},
    {"model", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowDevice, model)},
    {"revision", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowDevice, revision)},
    {"hardware_revision", SIMSTOW_JSON_KIND_TEXT,
     G_STRUCT_OFFSET (SimstowDevice, hardware_revision)},
    {"equipment_id", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowDevice, equipment_id)},
    {"device_id", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowDevice, device_id)},
    {"plugin", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowDevice, plugin)},
    {"transport", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowDevice, transport)},
    {"drivers", SIMSTOW_JSON_KIND_WORDS, G_STRUCT_OFFSET (SimstowDevice, drivers)},
    {"own_numbers", SIMSTOW_JSON_KIND_WORDS, G_STRUCT_OFFSET (SimstowDevice, own_numbers)},
};

static const SimstowJsonField sim_fields[] = {
    {"iccid", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowSim, iccid)},
    {"imsi", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowSim, imsi)},
    {"eid", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowSim, eid)},
    {"operator_id", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowSim, operator_id)},
    {"operator_name", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowSim, operator_name)},
    {"registered_id", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowSim, registered_id)},
    {"registered_name", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowSim, registered_name)},
    {"type", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowSim, type)},
    {"esim_status", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowSim, esim_status)},
    {"removability", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowSim, removability)},
    {"lock", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowSim, lock)},
    {"emergency_numbers", SIMSTOW_JSON_KIND_WORDS, G_STRUCT_OFFSET (SimstowSim, emergency_numbers)},
};

static const SimstowJsonField store_fields[] = {
    {"id", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowStore, id), TRUE},
    {"used", SIMSTOW_JSON_KIND_LIMIT, G_STRUCT_OFFSET (SimstowStore, used)},
    {"capacity", SIMSTOW_JSON_KIND_LIMIT, G_STRUCT_OFFSET (SimstowStore, capacity)},
    {"first", SIMSTOW_JSON_KIND_COUNT, G_STRUCT_OFFSET (SimstowStore, first)},
    {"last", SIMSTOW_JSON_KIND_COUNT, G_STRUCT_OFFSET (SimstowStore, last)},
    {"number_length", SIMSTOW_JSON_KIND_LIMIT, G_STRUCT_OFFSET (SimstowStore, number_length)},
    {"name_length", SIMSTOW_JSON_KIND_LIMIT, G_STRUCT_OFFSET (SimstowStore, name_length)},
    {"writable", SIMSTOW_JSON_KIND_FLAG, G_STRUCT_OFFSET (SimstowStore, writable)},
    {"complete", SIMSTOW_JSON_KIND_FLAG, G_STRUCT_OFFSET (SimstowStore, complete)},
    {"via", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowStore, via)},
    {"way", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowStore, way)},
};

static const SimstowJsonField problem_fields[] = {
    {"where", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowProblem, where), TRUE},
    {"index", SIMSTOW_JSON_KIND_COUNT, G_STRUCT_OFFSET (SimstowProblem, index)},
    {"text", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowProblem, text), TRUE},
    {"lost", SIMSTOW_JSON_KIND_FLAG, G_STRUCT_OFFSET (SimstowProblem, lost)},
};
/* clang-format on */

static gpointer
device_create (void)
{
    return simstow_device_new ();
}

static gpointer
sim_create (void)
{
    return simstow_sim_new ();
}

static gpointer
store_create (void)
{
    return simstow_store_new (NULL);
}

static gpointer
problem_create (void)
{
    return g_new0 (SimstowProblem, 1);
}

static const SimstowJsonShape device_shape = {
    .fields = device_fields,
    .n_fields = G_N_ELEMENTS (device_fields),
    .create = device_create,
    .destroy = (GDestroyNotify) simstow_device_free,
    .keeps_rest = TRUE,
    .rest = G_STRUCT_OFFSET (SimstowDevice, rest),
};

static const SimstowJsonShape sim_shape = {
    .fields = sim_fields,
    .n_fields = G_N_ELEMENTS (sim_fields),
    .create = sim_create,
    .destroy = (GDestroyNotify) simstow_sim_free,
    .keeps_rest = TRUE,
    .rest = G_STRUCT_OFFSET (SimstowSim, rest),
};

static const SimstowJsonShape store_shape = {
    .fields = store_fields,
    .n_fields = G_N_ELEMENTS (store_fields),
    .create = store_create,
    .destroy = (GDestroyNotify) simstow_store_free,
    .keeps_rest = TRUE,
    .rest = G_STRUCT_OFFSET (SimstowStore, rest),
};

static const SimstowJsonShape problem_shape = {
    .fields = problem_fields,
    .n_fields = G_N_ELEMENTS (problem_fields),
    .create = problem_create,
    .destroy = (GDestroyNotify) simstow_problem_free,
    .keeps_rest = TRUE,
    .rest = G_STRUCT_OFFSET (SimstowProblem, rest),
};

static gpointer
older_create (void)
{
    return simstow_older_new (NULL, 0);
}

static const SimstowJsonField older_fields[] = {
    {"member", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowOlder, member), TRUE},
    {"captured", SIMSTOW_JSON_KIND_TIME, G_STRUCT_OFFSET (SimstowOlder, captured), TRUE},
};

static const SimstowJsonShape older_shape = {
    .fields = older_fields,
    .n_fields = G_N_ELEMENTS (older_fields),
    .create = older_create,
    .destroy = (GDestroyNotify) simstow_older_free,
};

/* clang-format off */
static const SimstowJsonField snapshot_fields[] = {
    {"captured", SIMSTOW_JSON_KIND_TIME, G_STRUCT_OFFSET (SimstowSnapshot, captured)},
    {"first_captured", SIMSTOW_JSON_KIND_TIME, G_STRUCT_OFFSET (SimstowSnapshot, first_captured)},
    {"older", SIMSTOW_JSON_KIND_OBJECTS,
     G_STRUCT_OFFSET (SimstowSnapshot, older), FALSE, &older_shape},
    {"device", SIMSTOW_JSON_KIND_OBJECT,
     G_STRUCT_OFFSET (SimstowSnapshot, device), FALSE, &device_shape},
    {"sim", SIMSTOW_JSON_KIND_OBJECT, G_STRUCT_OFFSET (SimstowSnapshot, sim), FALSE, &sim_shape},
    {"stores", SIMSTOW_JSON_KIND_OBJECTS,
     G_STRUCT_OFFSET (SimstowSnapshot, stores), FALSE, &store_shape},
    {"problems", SIMSTOW_JSON_KIND_OBJECTS,
     G_STRUCT_OFFSET (SimstowSnapshot, problems), FALSE, &problem_shape},
};
/* clang-format on */

/* clang-format off */
static const SimstowJsonField origin_fields[] = {
    {"device", SIMSTOW_JSON_KIND_OBJECT,
     G_STRUCT_OFFSET (SimstowSnapshot, device), FALSE, &device_shape},
    {"sim", SIMSTOW_JSON_KIND_OBJECT, G_STRUCT_OFFSET (SimstowSnapshot, sim), FALSE, &sim_shape},
};
/* clang-format on */

static const SimstowJsonShape origin_shape = {
    .fields = origin_fields,
    .n_fields = G_N_ELEMENTS (origin_fields),
};

/* What simstow-header-json.c reads and writes */
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
    .fields = snapshot_fields,
    .n_fields = G_N_ELEMENTS (snapshot_fields),
    .keeps_rest = TRUE,
    .rest = G_STRUCT_OFFSET (SimstowSnapshot, rest),
    .derived = header_keys,
};

void
simstow_snapshot_write_json (const SimstowSnapshot *snapshot, SimstowJsonWriter *writer)
{
    simstow_json_shape_write (&snapshot_shape, snapshot, writer);
    simstow_json_writer_rest (writer, snapshot->rest);
}

void
simstow_snapshot_write_origin_json (const SimstowSnapshot *snapshot, SimstowJsonWriter *writer)
{
    simstow_json_shape_write (&origin_shape, snapshot, writer);
}

SimstowSnapshot *
simstow_snapshot_read_json (const SimstowJsonValue *value, GError **error)
{
    g_autoptr (SimstowSnapshot) snapshot = simstow_snapshot_new ();

    if (!simstow_json_shape_read (&snapshot_shape, value, snapshot, error))
        return NULL;
    return g_steal_pointer (&snapshot);
}

void
simstow_snapshot_append_json (const SimstowSnapshot *snapshot, GString *out)
{
    SimstowJsonWriter writer;

    simstow_json_writer_init (&writer, out, FALSE);
    simstow_json_writer_begin (&writer, NULL, '{');
    simstow_snapshot_write_json (snapshot, &writer);
    simstow_json_writer_end (&writer, '}');
}
