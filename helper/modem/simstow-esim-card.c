/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is asked of an eUICC, and what its answers to requests that change something mean.
 *
 * What cards do otherwise than GSMA SGP.22:
 * - a list of profiles with tags that is refused, or says nothing, where one without them does not:
 *   asks_plainer ().
 */

#include "simstow-esim-card.h"

#include <string.h>

#include "simstow-ber-tlv.h"
#include "simstow-error.h"
#include "simstow-names.h"
#include "simstow-reader.h"

#define FURTHER SIMSTOW_STORE_EUICC "/"
#define PLAINER "profiles-plain"

/* More secure elements than any card has */
#define ELEMENTS_MAX 4

/* The shortest list of profiles that has one: tags and lengths of list, profile and ICCID */
#define LIST_MIN 8

/* In the order in which they are kept */
static const gchar *const requests[] = {"eid", "addresses", "info2", "profiles", "notifications"};

#define PROFILES 3

struct _SimstowEsimCard {
    SimstowDriver parent_instance;
};

G_DEFINE_FINAL_TYPE (SimstowEsimCard, simstow_esim_card, SIMSTOW_TYPE_DRIVER)

/* Of the second secure element and so on: "euicc/2" */
static guint
element_of (const gchar *store)
{
    guint64 number = 1;

    if (g_str_has_prefix (store, FURTHER))
        g_ascii_string_to_unsigned (store + strlen (FURTHER), 10, 1, ELEMENTS_MAX, &number, NULL);
    return (guint) number;
}

static GPtrArray *
run (SimstowConversation *conversation,
     guint element,
     GPtrArray *commands,
     GCancellable *cancellable,
     GError **error)
{
    GVariantDict options;

    g_variant_dict_init (&options, NULL);
    g_variant_dict_insert (&options, "element", "u", element);
    return simstow_conversation_run (conversation,
                                     SIMSTOW_DOOR_EUICC,
                                     g_variant_dict_end (&options),
                                     commands,
                                     cancellable,
                                     error);
}

static SimstowAnswer *
run_one (SimstowConversation *conversation,
         guint element,
         const gchar *text,
         GCancellable *cancellable,
         GError **error)
{
    g_autoptr (GPtrArray) commands = simstow_commands_new ();
    g_autoptr (GPtrArray) answers = NULL;

    simstow_commands_add (commands, g_strdup (text), NULL);
    answers = run (conversation, element, commands, cancellable, error);
    return answers ? g_ptr_array_steal_index (answers, 0) : NULL;
}

/* Listing */

/* Who has no eUICC says so in different words, many just "ERROR". */
static gboolean
is_absent (const SimstowAnswer *answer)
{
    static const guint refusals[] = {3, 50, 100};

    if (g_error_matches (answer->error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND) ||
        g_error_matches (answer->error, SIMSTOW_ERROR, SIMSTOW_ERROR_UNSUPPORTED))
        return TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS (refusals); i++)
        if (simstow_answer_has_code (answer, SIMSTOW_MODEM_CME, refusals[i]))
            return TRUE;
    return g_error_matches (answer->error, SIMSTOW_ERROR, SIMSTOW_ERROR_MODEM_ERROR) &&
           !answer->modem_domain;
}

static void
add_store (SimstowSnapshot *listing, guint element, const gchar *way)
{
    g_autofree gchar *id =
        element == 1 ? g_strdup (SIMSTOW_STORE_EUICC) : g_strdup_printf (FURTHER "%u", element);
    SimstowStore *store = simstow_store_new (id);

    store->via = g_strdup (SIMSTOW_VIA_CARD);
    store->way = g_strdup (way);
    store->writable = TRUE;
    g_ptr_array_add (listing->stores, store);
}

static gboolean
list (SimstowDriver *driver,
      gboolean counts,
      SimstowSnapshot *listing,
      GCancellable *cancellable,
      GError **error)
{
    SimstowConversation *conversation = simstow_driver_peek_conversation (driver);
    g_autoptr (GVariant) described = NULL;
    const gchar *way = NULL;

    for (guint element = 1; element <= ELEMENTS_MAX; element++) {
        g_autoptr (SimstowAnswer) answer =
            run_one (conversation, element, "select", cancellable, error);

        if (!answer)
            return FALSE;
        if (answer->error &&
            (is_absent (answer) || (element > 1 && !simstow_driver_error_ends_all (answer->error))))
            return TRUE;
        if (answer->error) {
            g_propagate_error (error, g_error_copy (answer->error));
            return FALSE;
        }
        if (element == 1)
            described = simstow_conversation_describe (conversation, cancellable, NULL);
        if (described)
            g_variant_lookup (described, "euicc-way", "&s", &way);
        add_store (listing, element, way);
    }
    return TRUE;
}

/* Reading */

/* A list of profiles without one, or an error code in its place. A card may have none, and a card
 * may not understand what it was asked. */
static gboolean
says_little (const SimstowAnswer *answer)
{
    return answer->parts->len == 0 || g_bytes_get_size (answer->parts->pdata[0]) < LIST_MIN;
}

static gboolean
asks_plainer (const SimstowAnswer *answer)
{
    return says_little (answer) &&
           !(answer->error && simstow_driver_error_ends_all (answer->error));
}

/* Whether the plainer request brought less than the first one. */
static gboolean
brought_less (const SimstowAnswer *first, const SimstowAnswer *plainer)
{
    if (plainer->error)
        return TRUE;
    return first->parts->len > 0 && plainer->parts->len > 0 && says_little (plainer) &&
           g_bytes_get_size (plainer->parts->pdata[0]) >= g_bytes_get_size (first->parts->pdata[0]);
}

static void
add_answer (SimstowEsim *esim, const gchar *name, const SimstowAnswer *answer)
{
    simstow_esim_add_answer (esim,
                             name,
                             answer->error ? NULL : answer->parts->pdata[0],
                             answer->error ? answer->error->message : NULL);
}

/* What is not answered costs no other request. */
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
    SimstowConversation *conversation = simstow_driver_peek_conversation (driver);
    g_autoptr (GPtrArray) commands = simstow_commands_new ();
    g_autoptr (GPtrArray) answers = NULL;
    g_autoptr (SimstowAnswer) plainer = NULL;
    guint element = element_of (store);

    for (gsize i = 0; i < G_N_ELEMENTS (requests); i++)
        simstow_commands_add (commands, g_strdup (requests[i]), NULL);
    answers = run (conversation, element, commands, cancellable, error);
    if (!answers)
        return FALSE;
    for (guint i = 0; i < answers->len; i++) {
        const SimstowAnswer *answer = answers->pdata[i];

        if (g_error_matches (answer->error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED)) {
            g_propagate_error (error, g_error_copy (answer->error));
            return FALSE;
        }
    }
    if (asks_plainer (answers->pdata[PROFILES]))
        plainer = run_one (conversation, element, PLAINER, cancellable, NULL);
    if (!into->esim)
        into->esim = simstow_esim_new ();
    for (guint i = 0; i < answers->len; i++) {
        const SimstowAnswer *answer = answers->pdata[i];

        if (i == PROFILES && plainer && !brought_less (answer, plainer))
            answer = plainer;
        add_answer (into->esim, requests[i], answer);
    }
    if (progress)
        progress (store, answers->len, answers->len, user_data);
    return TRUE;
}

/* Requests that change something: what each is answered with, and what the result says, GSMA
 * SGP.22 5.7 */

static const struct {
    const gchar *name;
    guint32 tag;
} changes[] = {
    {"nickname", 0xBF29},
    {"default-smdp", 0xBF3F},
    {"enable", 0xBF31},
    {"disable", 0xBF32},
};

static const struct {
    guint32 result;
    SimstowError code;
    const gchar *text;
} results[] = {
    {1, SIMSTOW_ERROR_NOT_FOUND, "the eUICC has no such profile"},
    {2, SIMSTOW_ERROR_INVALID_RECORD, "the profile is in that state already"},
    {3, SIMSTOW_ERROR_DENIED, "the profile's policy forbids it"},
    {5, SIMSTOW_ERROR_MODEM_ERROR, "the card is busy"},
};

static gboolean
set_result_error (guint32 result, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS (results); i++) {
        if (results[i].result != result)
            continue;
        g_set_error (error,
                     SIMSTOW_ERROR,
                     results[i].code,
                     "%s (ES10 %u)",
                     results[i].text,
                     result);
        return FALSE;
    }
    g_set_error (error,
                 SIMSTOW_ERROR,
                 SIMSTOW_ERROR_MODEM_ERROR,
                 "the eUICC refused (ES10 %u)",
                 result);
    return FALSE;
}

/* The answer holds one object, 80, whose number says what became of it. */
static gboolean
check_result (const gchar *request, GBytes *answer, GError **error)
{
    SimstowReader reader;
    SimstowTlv outer;
    SimstowTlv inner;
    guint32 result;
    guint32 tag = 0;

    for (gsize i = 0; i < G_N_ELEMENTS (changes); i++)
        tag = g_str_equal (changes[i].name, request) ? changes[i].tag : tag;
    simstow_reader_init_bytes (&reader, answer);
    if (!simstow_tlv_expect (&reader, tag, &outer, error) ||
        !simstow_tlv_expect (&outer.value, 0x80, &inner, error) ||
        !simstow_tlv_get_uint (&inner, &result, error)) {
        g_prefix_error (error, "answer of the eUICC: ");
        return FALSE;
    }
    return result == 0 || set_result_error (result, error);
}

gboolean
simstow_esim_card_request (SimstowConversation *conversation,
                           const gchar *request,
                           const gchar *iccid,
                           const gchar *value,
                           GCancellable *cancellable,
                           GError **error)
{
    g_autoptr (GPtrArray) commands = simstow_commands_new ();
    g_autoptr (GBytes) data = value ? g_bytes_new (value, strlen (value)) : NULL;
    g_autoptr (GPtrArray) answers = NULL;
    const SimstowAnswer *answer;

    simstow_commands_add (commands,
                          iccid ? g_strconcat (request, " ", iccid, NULL) : g_strdup (request),
                          data);
    answers = run (conversation, 1, commands, cancellable, error);
    if (!answers)
        return FALSE;
    answer = answers->pdata[0];
    if (answer->error) {
        g_propagate_error (error, g_error_copy (answer->error));
        return FALSE;
    }
    return check_result (request, answer->parts->pdata[0], error);
}

static void
simstow_esim_card_class_init (SimstowEsimCardClass *klass)
{
    SimstowDriverClass *driver_class = SIMSTOW_DRIVER_CLASS (klass);

    driver_class->list = list;
    driver_class->read = read_store;
}

static void
simstow_esim_card_init (SimstowEsimCard *self)
{
}

SimstowDriver *
simstow_esim_card_new (SimstowConversation *conversation)
{
    return g_object_new (SIMSTOW_TYPE_ESIM_CARD, "conversation", conversation, NULL);
}
