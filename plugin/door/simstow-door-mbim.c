/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The doors over MBIM: one command after the other, each answer being the information buffer as
 * it came. MBIM 1.0 10.5.26 to 10.5.38.
 */

#include "simstow-door-table.h"

#include <string.h>

#include "simstow-error.h"
#include "simstow-mbim-elements.h"
#include "simstow-names.h"
#include "simstow-port-mbim.h"

#define NUMBERS_MAX 3

/* Both services have the same flags: all, or the one with the index */
#define FLAG_ALL   0
#define FLAG_INDEX 1

/* Of an answer to a read: how many records there are, and where the pair for the first one is.
 * In a record of a message the status is behind the index; in one of the phonebook there are the
 * pairs of number and name. */
#define STATUS_OFFSET 4
#define NUMBER_SIZE   8
#define NAME_SIZE     16

static SimstowDoorRequest *
get_command (const SimstowDoorCall *call)
{
    return g_ptr_array_index (call->commands, call->next);
}

static gboolean
is_messages (const SimstowDoorCall *call)
{
    return g_str_equal (call->row->read_action, SIMSTOW_POLKIT_MESSAGING);
}

static gboolean
is (const SimstowDoorRequest *command, const gchar *name)
{
    return g_str_has_prefix (command->shape->text, name);
}

/* The last number of "read 4,7" and "delete 7" */
static guint
get_index (const SimstowDoorRequest *command)
{
    const gchar *number = command->text + strlen (command->text);

    while (number > command->text && g_ascii_isdigit (number[-1]))
        number--;
    return (guint) g_ascii_strtoull (number, NULL, 10);
}

gboolean
simstow_door_mbim_is_entry (GBytes *information, guint index)
{
    g_autoptr (GBytes) number = simstow_mbim_dup_data (information, 8, NULL);
    g_autoptr (GBytes) name = simstow_mbim_dup_data (information, 16, NULL);
    guint32 flag, place;

    return number != NULL && name != NULL && simstow_mbim_u32 (information, 0, &flag, NULL) &&
           flag == FLAG_INDEX && simstow_mbim_u32 (information, 4, &place, NULL) &&
           place == index && index > 0;
}

/* A command whose information is some numbers, or bytes that were checked */
static MbimMessage *
new_request (const SimstowDoorCall *call,
             guint cid,
             gboolean sets,
             const guint32 *numbers,
             guint n_numbers)
{
    MbimMessage *request = mbim_message_command_new (
        0,
        is_messages (call) ? MBIM_SERVICE_SMS : MBIM_SERVICE_PHONEBOOK,
        cid,
        sets ? MBIM_MESSAGE_COMMAND_TYPE_SET : MBIM_MESSAGE_COMMAND_TYPE_QUERY);
    guint i;

    for (i = 0; i < n_numbers; i++) {
        guint32 little = GUINT32_TO_LE (numbers[i]);

        mbim_message_command_append (request, (const guint8 *) &little, sizeof little);
    }
    return request;
}

/* Whether all places are looked at before, once in a call: that is one command, where looking at
 * each would be one for each */
static gboolean
lists (const SimstowDoorCall *call)
{
    return is (get_command (call), "put") && !call->listed;
}

/* Whether the place of a command is looked at before */
static gboolean
looks (const SimstowDoorCall *call)
{
    return get_command (call)->shape->writes &&
           (!is (get_command (call), "put") || call->listing == NULL);
}

static MbimMessage *
read_request (const SimstowDoorCall *call)
{
    const SimstowDoorRequest *command = get_command (call);
    guint index = lists (call) ? 0 : get_index (command);
    guint32 numbers[NUMBERS_MAX];
    guint n = 0;

    if (is_messages (call))
        numbers[n++] =
            (guint32) (is (command, "read")
                           ? g_ascii_strtoull (command->text + strlen ("read "), NULL, 10)
                           : MBIM_SMS_FORMAT_PDU);
    numbers[n++] = index > 0 ? FLAG_INDEX : FLAG_ALL;
    numbers[n++] = index;
    return new_request (call,
                        is_messages (call) ? (guint) MBIM_CID_SMS_READ
                                           : (guint) MBIM_CID_PHONEBOOK_READ,
                        FALSE,
                        numbers,
                        n);
}

static MbimMessage *
delete_request (const SimstowDoorCall *call)
{
    const guint32 numbers[] = {FLAG_INDEX, get_index (get_command (call))};

    return new_request (call,
                        is_messages (call) ? (guint) MBIM_CID_SMS_DELETE
                                           : (guint) MBIM_CID_PHONEBOOK_DELETE,
                        TRUE,
                        numbers,
                        G_N_ELEMENTS (numbers));
}

static MbimMessage *
write_request (const SimstowDoorCall *call)
{
    MbimMessage *request = new_request (call, MBIM_CID_PHONEBOOK_WRITE, TRUE, NULL, 0);
    gsize size;
    const guint8 *data = g_bytes_get_data (get_command (call)->data, &size);

    mbim_message_command_append (request, data, (guint32) size);
    return request;
}

static MbimMessage *
make_request (const SimstowDoorCall *call)
{
    const SimstowDoorRequest *command = get_command (call);
    guint configuration = is_messages (call) ? (guint) MBIM_CID_SMS_CONFIGURATION
                                             : (guint) MBIM_CID_PHONEBOOK_CONFIGURATION;

    if (is (command, "services"))
        return mbim_message_device_services_query_new (NULL);
    if (is (command, "configuration"))
        return new_request (call, configuration, FALSE, NULL, 0);
    if (is (command, "read") || lists (call) || (looks (call) && !call->compared))
        return read_request (call);
    return is (command, "delete") ? delete_request (call) : write_request (call);
}

/* The only record of an answer to a read; %NULL when there is none */
static GBytes *
dup_record (const SimstowDoorCall *call, GBytes *information)
{
    gsize count_offset = is_messages (call) ? 4 : 0;
    guint32 count;

    if (!simstow_mbim_u32 (information, count_offset, &count, NULL) || count != 1)
        return NULL;
    return simstow_mbim_dup_data (information, count_offset + sizeof count, NULL);
}

/* A message may have become read meanwhile */
static gboolean
is_same_record (const SimstowDoorCall *call, GBytes *a, GBytes *b)
{
    gsize skipped = is_messages (call) ? sizeof (guint32) : 0;
    gsize size_a, size_b;
    const guint8 *data_a = g_bytes_get_data (a, &size_a);
    const guint8 *data_b = g_bytes_get_data (b, &size_b);
    gsize rest = STATUS_OFFSET + skipped;

    return size_a == size_b && size_a > rest && memcmp (data_a, data_b, STATUS_OFFSET) == 0 &&
           memcmp (data_a + rest, data_b + rest, size_a - rest) == 0;
}

/* An entry without number and name is none */
static gboolean
is_free (GBytes *record)
{
    guint32 number, name;

    return record == NULL ||
           (simstow_mbim_u32 (record, NUMBER_SIZE, &number, NULL) && number == 0 &&
            simstow_mbim_u32 (record, NAME_SIZE, &name, NULL) && name == 0);
}

static void
set_changed (GError **error)
{
    g_set_error (error,
                 SIMSTOW_ERROR,
                 SIMSTOW_ERROR_CHANGED,
                 "something else is at that place by now");
}

/* What is at the place of a command that writes */
static gboolean
compare (const SimstowDoorCall *call, GBytes *information, GError **error)
{
    const SimstowDoorRequest *command = get_command (call);
    g_autoptr (GBytes) record = dup_record (call, information);

    if (is (command, "delete") ? record != NULL && is_same_record (call, record, command->data)
                               : is_free (record))
        return TRUE;
    set_changed (error);
    return FALSE;
}

/* Whether a place is free in the listing, and was not written to in this call */
static gboolean
compare_listed (const SimstowDoorCall *call, GError **error)
{
    guint missing;
    g_autoptr (GPtrArray) records =
        simstow_mbim_split (call->listing, 0, sizeof (guint32), &missing, NULL);
    guint i;

    for (i = 0; records != NULL && i < records->len; i++) {
        const SimstowMbimElement *record = g_ptr_array_index (records, i);
        guint32 index;

        if (simstow_mbim_u32 (record->bytes, 0, &index, NULL) &&
            index == get_index (get_command (call)) && !is_free (record->bytes)) {
            set_changed (error);
            return FALSE;
        }
    }
    for (i = 0; i < call->next; i++) {
        if (g_str_equal (((SimstowDoorRequest *) call->commands->pdata[i])->text,
                         get_command (call)->text)) {
            set_changed (error);
            return FALSE;
        }
    }
    return TRUE;
}

static void
answer (SimstowDoorCall *call, GBytes *information)
{
    simstow_door_call_answer (call,
                              get_command (call),
                              g_bytes_get_data (information, NULL),
                              g_bytes_get_size (information));
}

static void
step (GTask *task);

/* What is at all places: where the modem does not tell, or not of all, each is looked at */
static void
take_listing (SimstowDoorCall *call, GBytes *information, const GError *error)
{
    static const guint32 none = 0;
    guint missing = 0;
    g_autoptr (GPtrArray) records = NULL;
    guint i;

    call->listed = TRUE;
    if (g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND)) {
        call->listing = g_bytes_new_static (&none, sizeof none);
        return;
    }
    if (error != NULL)
        return;
    records = simstow_mbim_split (information, 0, sizeof (guint32), &missing, NULL);
    for (i = 0; records != NULL && i < records->len; i++)
        missing += ((const SimstowMbimElement *) records->pdata[i])->bytes == NULL;
    if (records != NULL && missing == 0)
        call->listing = g_bytes_ref (information);
}

static void
on_response (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowDoorCall *call = g_task_get_task_data (task);
    SimstowDoorRequest *command = get_command (call);
    gboolean compares = looks (call) && !call->compared;
    GError *error = NULL;
    g_autoptr (MbimMessage) response =
        simstow_port_mbim_finish (SIMSTOW_PORT (source), result, NULL, &error);
    g_autoptr (GBytes) information =
        response != NULL ? simstow_port_mbim_dup_information (response) : g_bytes_new (NULL, 0);

    if (lists (call)) {
        take_listing (call, information, error);
        g_clear_error (&error);
        step (task);
        return;
    }
    /* some modems say so of a place where nothing is */
    if (compares && !is (command, "delete") &&
        g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND))
        g_clear_error (&error);
    if (compares && error == NULL)
        call->compared = compare (call, information, &error);
    if (error != NULL)
        simstow_door_request_fail (command, error);
    else if (!compares)
        answer (call, information);
    if (command->error == NULL && is (command, "services"))
        simstow_port_set_services (SIMSTOW_PORT (source), information);
    step (task);
}

static void
fail_rest (SimstowDoorCall *call, const GError *error)
{
    for (; call->next < call->commands->len; call->next++) {
        if (!get_command (call)->done)
            simstow_door_request_fail (get_command (call), g_error_copy (error));
    }
}

static void
step (GTask *task)
{
    SimstowPort *port = simstow_doors_get_port (g_task_get_source_object (task));
    SimstowDoorCall *call = g_task_get_task_data (task);
    const SimstowDoorRequest *command = get_command (call);
    g_autoptr (GError) error = NULL;

    if (command->done) {
        call->next++;
        call->compared = FALSE;
        if (call->progress != NULL)
            call->progress (call->row->name, call->next, call->commands->len, call->progress_data);
    }
    if (g_error_matches (command->error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED))
        error = g_error_copy (command->error);
    else
        error = simstow_door_call_get_end (call, g_task_get_cancellable (task));
    if (error != NULL)
        fail_rest (call, error);
    if (call->next == call->commands->len) {
        g_task_return_boolean (task, TRUE);
        return;
    }
    if (is (get_command (call), "services") && simstow_port_get_services (port) != NULL) {
        answer (call, simstow_port_get_services (port));
        step (task);
        return;
    }
    if (is (get_command (call), "put") && call->listing != NULL && !compare_listed (call, &error)) {
        simstow_door_request_fail (get_command (call), g_steal_pointer (&error));
        step (task);
        return;
    }
    simstow_port_mbim_async (port,
                             make_request (call),
                             get_command (call)->shape->seconds,
                             g_task_get_cancellable (task),
                             on_response,
                             g_object_ref (task));
}

void
simstow_door_mbim_run (GTask *task)
{
    step (task);
    g_object_unref (task);
}
