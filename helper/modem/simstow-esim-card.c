/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is asked of an eUICC, and what its answers to requests that change something mean.
 *
 * What cards do otherwise than GSMA SGP.22:
 * - an ISD-R under another identifier than the standard one, and more than one in a card: places,
 *   twins;
 * - an ISD-R that is hidden from a terminal that has not said that it manages profiles: "announce"
 *   in places;
 * - applications that are not there refused in the words of a fault: is_elsewhere ();
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

#define ISDR        "A0000005591010FFFFFFFF8900000100"
#define FIRST_TWIN  "A06573746B6D65FFFF4953442D522030"
#define SECOND_TWIN "A06573746B6D65FFFF4953442D522031"
#define USIM        "A0000000871002"
#define SELECT      "select "

/* Where an ISD-R is looked for, until there is one: GSMA SGP.22, once more for cards that were busy
 * or hid it, 5ber, eSIM.me, Xesim, LinksField, ESTKme, and cards of two chips */
static const gchar *const places[] = {
    SELECT ISDR,
    "announce",
    SELECT ISDR,
    SELECT "A0000005591010FFFFFFFF8900050500",
    SELECT "A0000005591010000000008900000300",
    SELECT "A0000005591010FFFFFFFF8900000177",
    SELECT "A000000559104C696E6B736669656C64",
    SELECT "A06573746B6D65FFFFFFFF4953442D52",
    SELECT FIRST_TWIN,
    SELECT SECOND_TWIN,
};

/* In the order in which they are kept */
static const gchar *const requests[] = {"eid", "addresses", "info2", "profiles", "notifications"};

#define PROFILES 3

struct _SimstowEsimCard {
    SimstowDriver parent_instance;

    GPtrArray *elements; /* the identifier of the ISD-R of each secure element that is known */
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

/* %NULL where it was not looked for yet */
static const gchar *
aid_of (SimstowEsimCard *self, const gchar *store)
{
    guint element = element_of (store);

    return element <= self->elements->len ? self->elements->pdata[element - 1] : NULL;
}

/* Who has no such thing says so in different words, many just "ERROR". */
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

/* Where somebody fell silent nothing else is known, and a failure leaves open what there is; what
 * the card lacks, perhaps known from before, says more than what the modem lacks. */
static guint
weight_of (const SimstowAnswer *answer)
{
    if (simstow_driver_error_ends_all (answer->error))
        return 4;
    if (!is_absent (answer))
        return 3;
    return g_error_matches (answer->error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND) ? 2 : 1;
}

/* Where an ISD-R was looked for: its identifier where it is, and else the most telling answer.
 * Takes the answers to the selections from @answers. */
static gchar *
take_selection (GPtrArray *answers, const GPtrArray *commands, guint n, SimstowAnswer **refusal)
{
    g_autoptr (SimstowAnswer) telling = NULL;
    gchar *found = NULL;

    for (guint i = 0; i < n; i++) {
        g_autoptr (SimstowAnswer) answer = g_ptr_array_steal_index (answers, 0);
        const gchar *text = ((const SimstowDoorCommand *) commands->pdata[i])->text;

        if (!g_str_has_prefix (text, SELECT))
            continue;
        if (answer->parts->len > 0 && !found)
            found = g_strdup (text + strlen (SELECT));
        if (answer->error && (!telling || weight_of (answer) > weight_of (telling))) {
            g_clear_pointer (&telling, simstow_answer_free);
            telling = g_steal_pointer (&answer);
        }
    }
    if (refusal)
        *refusal = found ? NULL : g_steal_pointer (&telling);
    return found;
}

/* Requests on the ISD-R @aid, or on the first that there is. Takes @requested; the answers are
 * those to them. */
static GPtrArray *
run (SimstowConversation *conversation,
     const gchar *aid,
     GPtrArray *requested,
     gchar **found,
     SimstowAnswer **refusal,
     GCancellable *cancellable,
     GError **error)
{
    g_autoptr (GPtrArray) commands = simstow_commands_new ();
    g_autofree gchar *selected = NULL;
    GPtrArray *answers;
    guint n;

    if (aid)
        simstow_commands_add (commands, g_strconcat (SELECT, aid, NULL), NULL);
    for (gsize i = 0; !aid && i < G_N_ELEMENTS (places); i++)
        simstow_commands_add (commands, g_strdup (places[i]), NULL);
    n = commands->len;
    if (requested)
        g_ptr_array_extend_and_steal (commands, requested);
    answers = simstow_conversation_run (conversation,
                                        SIMSTOW_DOOR_EUICC,
                                        NULL,
                                        commands,
                                        cancellable,
                                        error);
    if (!answers)
        return NULL;
    selected = take_selection (answers, commands, n, refusal);
    if (found)
        *found = g_steal_pointer (&selected);
    return answers;
}

static gchar *
select_one (SimstowConversation *conversation,
            const gchar *aid,
            SimstowAnswer **refusal,
            GCancellable *cancellable,
            GError **error)
{
    gchar *found = NULL;
    g_autoptr (GPtrArray) answers =
        run (conversation, aid, NULL, &found, refusal, cancellable, error);

    return found;
}

/* Listing */

/* Cards without an eUICC refuse in all sorts of ways: one that opens another application in the
 * same way has none. */
static gboolean
is_elsewhere (SimstowConversation *conversation,
              const SimstowAnswer *refusal,
              GCancellable *cancellable)
{
    g_autofree gchar *usim = NULL;

    if (g_error_matches (refusal->error, SIMSTOW_ERROR, SIMSTOW_ERROR_LOCKED) ||
        g_error_matches (refusal->error, SIMSTOW_ERROR, SIMSTOW_ERROR_DENIED) ||
        g_error_matches (refusal->error, SIMSTOW_ERROR, SIMSTOW_ERROR_FULL))
        return FALSE;
    usim = select_one (conversation, USIM, NULL, cancellable, NULL);
    return usim != NULL;
}

/* The first secure element */
static gboolean
find_first (SimstowEsimCard *self, GCancellable *cancellable, GError **error)
{
    SimstowConversation *conversation = simstow_driver_peek_conversation (SIMSTOW_DRIVER (self));
    g_autoptr (SimstowAnswer) refusal = NULL;
    g_autoptr (GError) local = NULL;
    gchar *aid = select_one (conversation, NULL, &refusal, cancellable, &local);

    g_ptr_array_set_size (self->elements, 0);
    if (aid) {
        g_ptr_array_add (self->elements, aid);
        return TRUE;
    }
    if (!local && !refusal)
        return TRUE;
    if (!local && !simstow_driver_error_ends_all (refusal->error) &&
        (is_absent (refusal) || is_elsewhere (conversation, refusal, cancellable)))
        return TRUE;
    g_propagate_error (error, local ? g_steal_pointer (&local) : g_error_copy (refusal->error));
    return FALSE;
}

/* Further ones of the same card: under the same identifier but for the lowest bit, or where cards
 * of two chips have theirs. What is refused there is no fault. */
static gboolean
find_further (SimstowEsimCard *self, GCancellable *cancellable, GError **error)
{
    SimstowConversation *conversation = simstow_driver_peek_conversation (SIMSTOW_DRIVER (self));
    const gchar *first = self->elements->pdata[0];
    gsize length = strlen (first) - 1;
    g_autofree gchar *neighbour =
        g_strdup_printf ("%.*s%X",
                         (gint) length,
                         first,
                         (guint) g_ascii_xdigit_value (first[length]) ^ 1);
    const gchar *const further[] = {neighbour, FIRST_TWIN, SECOND_TWIN};

    for (gsize i = 0; i < G_N_ELEMENTS (further) && self->elements->len < ELEMENTS_MAX; i++) {
        g_autoptr (SimstowAnswer) refusal = NULL;
        gchar *aid;

        if (g_str_equal (further[i], first) || (i > 0 && g_str_equal (further[i], neighbour)))
            continue;
        aid = select_one (conversation, further[i], &refusal, cancellable, error);
        if (aid)
            g_ptr_array_add (self->elements, aid);
        else if (!refusal)
            return FALSE;
    }
    return TRUE;
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
    SimstowEsimCard *self = SIMSTOW_ESIM_CARD (driver);
    g_autoptr (GVariant) described = NULL;
    const gchar *way = NULL;

    if (!find_first (self, cancellable, error))
        return FALSE;
    if (self->elements->len == 0)
        return TRUE;
    if (!find_further (self, cancellable, error))
        return FALSE;
    described = simstow_conversation_describe (simstow_driver_peek_conversation (driver),
                                               cancellable,
                                               NULL);
    if (described)
        g_variant_lookup (described, "euicc-way", "&s", &way);
    for (guint element = 1; element <= self->elements->len; element++)
        add_store (listing, element, way);
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

static SimstowAnswer *
ask_plainer (SimstowConversation *conversation, const gchar *aid, GCancellable *cancellable)
{
    GPtrArray *commands = simstow_commands_new ();
    g_autoptr (GPtrArray) answers = NULL;

    simstow_commands_add (commands, g_strdup (PLAINER), NULL);
    answers = run (conversation, aid, commands, NULL, NULL, cancellable, NULL);
    return answers ? g_ptr_array_steal_index (answers, 0) : NULL;
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
    SimstowEsimCard *self = SIMSTOW_ESIM_CARD (driver);
    SimstowConversation *conversation = simstow_driver_peek_conversation (driver);
    GPtrArray *commands = simstow_commands_new ();
    g_autoptr (GPtrArray) answers = NULL;
    g_autoptr (SimstowAnswer) plainer = NULL;
    g_autofree gchar *found = NULL;
    const gchar *aid;

    for (gsize i = 0; i < G_N_ELEMENTS (requests); i++)
        simstow_commands_add (commands, g_strdup (requests[i]), NULL);
    aid = aid_of (self, store);
    answers = run (conversation, aid, commands, &found, NULL, cancellable, error);
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
        plainer = ask_plainer (conversation, found ? found : aid, cancellable);
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
    GPtrArray *commands = simstow_commands_new ();
    g_autoptr (GBytes) data = value ? g_bytes_new (value, strlen (value)) : NULL;
    g_autoptr (GPtrArray) answers = NULL;
    const SimstowAnswer *answer;

    simstow_commands_add (commands,
                          iccid ? g_strconcat (request, " ", iccid, NULL) : g_strdup (request),
                          data);
    answers = run (conversation, NULL, commands, NULL, NULL, cancellable, error);
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
simstow_esim_card_finalize (GObject *object)
{
    g_ptr_array_unref (SIMSTOW_ESIM_CARD (object)->elements);
    G_OBJECT_CLASS (simstow_esim_card_parent_class)->finalize (object);
}

static void
simstow_esim_card_class_init (SimstowEsimCardClass *klass)
{
    SimstowDriverClass *driver_class = SIMSTOW_DRIVER_CLASS (klass);

    G_OBJECT_CLASS (klass)->finalize = simstow_esim_card_finalize;
    driver_class->list = list;
    driver_class->read = read_store;
}

static void
simstow_esim_card_init (SimstowEsimCard *self)
{
    self->elements = g_ptr_array_new_with_free_func (g_free);
}

SimstowDriver *
simstow_esim_card_new (SimstowConversation *conversation)
{
    return g_object_new (SIMSTOW_TYPE_ESIM_CARD, "conversation", conversation, NULL);
}
