/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * AT commands to the simulated card.
 */

#include "sim-card-at.h"

#include <string.h>

#include "sim-card-bytes.h"
#include "sim-card-line.h"
#include "sim-card-slot.h"

/* a handle that is no channel number: this and the channel in the last digits */
#define HANDLE_BASE 0x0385A700u

#define CME_NOT_ALLOWED SIM_AT_CME (3)
#define CME_NO_SIM      SIM_AT_CME (10)
#define CME_MEMORY_FULL SIM_AT_CME (20)
#define CME_BAD_INDEX   SIM_AT_CME (21)
#define CME_NOT_FOUND   SIM_AT_CME (22)
#define CME_BAD_PARAMS  SIM_AT_CME (50)

static SimCardSlot *
slot_of (const SimStore *store)
{
    return store->card;
}

static gboolean
has_quirk (const SimStore *store, SimCardQuirk quirk)
{
    return (slot_of (store)->quirks & quirk) != 0;
}

/* a =? form */
static SimAtResult
test_form (const SimStore *store)
{
    return has_quirk (store, SIM_CARD_NO_TEST) ? SIM_AT_ERROR : SIM_AT_OK;
}

/* what the modem says when the card says nothing */
static SimAtResult
silent (const SimStore *store)
{
    return store->sim_present ? SIM_AT_SILENCE : CME_NO_SIM;
}

/* length in characters, then the command */
static GByteArray *
parse_apdu (const SimAtCommand *command, guint first)
{
    const gchar *text = sim_at_arg_text (command, first + 1);
    GByteArray *apdu = text == NULL ? NULL : sim_card_hex_decode (text);
    guint length;

    if (apdu != NULL && sim_at_arg_number (command, first, 0, &length) && length == 2 * apdu->len &&
        apdu->len >= 4) {
        return apdu;
    }
    g_clear_pointer (&apdu, g_byte_array_unref);
    return NULL;
}

static void
answer_apdu (SimAt *at, const SimStore *store, const gchar *name, const GByteArray *answer)
{
    g_autofree gchar *hex = sim_card_hex_encode (answer->data, answer->len);
    const gchar *quote = has_quirk (store, SIM_CARD_PLAIN_CGLA) ? "" : "\"";

    sim_at_answer (at, "%s: %u,%s%s%s", name, 2 * answer->len, quote, hex, quote);
}

SimAtResult
sim_card_at_csim (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    g_autoptr (GByteArray) apdu = NULL;
    g_autoptr (GByteArray) answer = NULL;

    if (has_quirk (store, SIM_CARD_NO_CSIM)) {
        return SIM_AT_ERROR;
    }
    if (command->kind == SIM_AT_TEST) {
        return test_form (store);
    }
    apdu = parse_apdu (command, 0);
    if (apdu == NULL) {
        return CME_BAD_PARAMS;
    }
    if (has_quirk (store, SIM_CARD_BASIC_CSIM) && (apdu->data[0] & 0x43) != 0) {
        return CME_NOT_ALLOWED;
    }
    answer = sim_card_line_exchange (slot_of (store)->card,
                                     -1,
                                     apdu->data,
                                     apdu->len,
                                     has_quirk (store, SIM_CARD_COLLECT));
    if (answer == NULL) {
        return silent (store);
    }
    answer_apdu (at, store, command->name, answer);
    sim_card_slot_after (slot_of (store), sim_card_line_word (answer));
    return SIM_AT_OK;
}

SimAtResult
sim_card_at_ccho (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    const gchar *text = sim_at_arg_text (command, 0);
    g_autoptr (GByteArray) aid = NULL;
    g_autoptr (GByteArray) answer = NULL;
    SimCardOpening opening;
    guint channel;

    if (has_quirk (store, SIM_CARD_NO_CGLA)) {
        return SIM_AT_ERROR;
    }
    if (command->kind == SIM_AT_TEST) {
        return test_form (store);
    }
    aid = text == NULL ? NULL : sim_card_hex_decode (text);
    if (aid == NULL || aid->len == 0 || aid->len > 16) {
        return CME_BAD_PARAMS;
    }
    opening = sim_card_line_open (slot_of (store)->card, aid->data, aid->len, 0, &channel, &answer);
    if (opening == SIM_CARD_SILENT) {
        return silent (store);
    }
    if (opening != SIM_CARD_OPENED) {
        return opening == SIM_CARD_NO_CHANNEL ? CME_MEMORY_FULL : CME_NOT_FOUND;
    }
    if (has_quirk (store, SIM_CARD_HEX_HANDLE)) {
        sim_at_answer (at, "+CCHO: %016x", HANDLE_BASE | channel);
    } else if (has_quirk (store, SIM_CARD_BARE_HANDLE)) {
        sim_at_answer (at, "%u", channel);
    } else {
        sim_at_answer (at, "+CCHO: %u", channel);
    }
    return SIM_AT_OK;
}

/* the channel behind a session, 0 for none */
static guint
parse_session (const SimStore *store, const SimAtCommand *command)
{
    const gchar *text = sim_at_arg_text (command, 0);
    gboolean hex = has_quirk (store, SIM_CARD_HEX_HANDLE);
    guint64 session;

    if (text == NULL ||
        !g_ascii_string_to_unsigned (text, hex ? 16 : 10, 0, G_MAXUINT32, &session, NULL)) {
        return 0;
    }
    if (hex) {
        session = (session & ~0xFFu) == HANDLE_BASE ? session & 0xFF : 0;
    }
    return session < SIM_CARD_CHANNELS ? session : 0;
}

SimAtResult
sim_card_at_cgla (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    guint channel = parse_session (store, command);
    g_autoptr (GByteArray) apdu = NULL;
    g_autoptr (GByteArray) answer = NULL;

    if (has_quirk (store, SIM_CARD_NO_CGLA)) {
        return SIM_AT_ERROR;
    }
    if (command->kind == SIM_AT_TEST) {
        return test_form (store);
    }
    apdu = parse_apdu (command, 1);
    if (apdu == NULL || channel == 0 ||
        !sim_card_channel_is_open (slot_of (store)->card, channel)) {
        return apdu == NULL ? CME_BAD_PARAMS : CME_BAD_INDEX;
    }
    answer = sim_card_line_exchange (slot_of (store)->card,
                                     channel,
                                     apdu->data,
                                     apdu->len,
                                     has_quirk (store, SIM_CARD_COLLECT));
    if (answer == NULL) {
        return silent (store);
    }
    answer_apdu (at, store, command->name, answer);
    sim_card_slot_after (slot_of (store), sim_card_line_word (answer));
    return SIM_AT_OK;
}

SimAtResult
sim_card_at_cchc (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    guint channel = parse_session (store, command);
    guint16 word;

    if (has_quirk (store, SIM_CARD_NO_CGLA) || has_quirk (store, SIM_CARD_NO_CLOSE)) {
        return SIM_AT_ERROR;
    }
    if (command->kind == SIM_AT_TEST) {
        return test_form (store);
    }
    if (channel == 0) {
        return CME_BAD_INDEX;
    }
    word = sim_card_line_close (slot_of (store)->card, channel);
    if (word == 0) {
        return silent (store);
    }
    return word == 0x9000 ? SIM_AT_OK : CME_BAD_INDEX;
}

/* selects a file by the path given, or where a file of that name is */
static GByteArray *
select_for_crsm (SimCard *card, guint fid, const gchar *path)
{
    static const gchar *const places[] = {"7FFF", "3F00", "7F10", NULL};
    const gchar *given[] = {path, NULL};
    const gchar *const *place = path == NULL ? places : given;
    GByteArray *answer = NULL;

    for (; *place != NULL; place++) {
        g_autofree gchar *text = g_strdup_printf ("%s%04X", *place, fid);
        g_autoptr (GByteArray) whole = sim_card_hex_decode (text);

        g_clear_pointer (&answer, g_byte_array_unref);
        if (whole != NULL) {
            answer = sim_card_line_select (card, whole->data, whole->len);
        }
        if (answer == NULL || sim_card_line_word (answer) != 0x6A82) {
            return answer;
        }
    }
    return answer;
}

typedef struct {
    guint instruction;
    guint fid;
    guint p1;
    guint p2;
    guint p3;
} Access;

static gboolean
parse_access (const SimAtCommand *command, Access *access)
{
    return sim_at_arg_number (command, 0, 0, &access->instruction) &&
           sim_at_arg_number (command, 1, 0, &access->fid) &&
           sim_at_arg_number (command, 2, 0, &access->p1) &&
           sim_at_arg_number (command, 3, 0, &access->p2) &&
           sim_at_arg_number (command, 4, 0, &access->p3) && access->fid <= 0xFFFF &&
           access->p1 <= 255 && access->p2 <= 255 && access->p3 <= 255;
}

/* READ BINARY, READ RECORD, UPDATE BINARY, UPDATE RECORD on the selected file */
static GByteArray *
run_access (SimCard *card, const Access *access, const gchar *data)
{
    const guint8 header[] = {0x00, access->instruction, access->p1, access->p2, access->p3};
    g_autoptr (GByteArray) apdu = g_byte_array_new ();
    g_autoptr (GByteArray) content = data == NULL ? NULL : sim_card_hex_decode (data);

    g_byte_array_append (apdu, header, sizeof header);
    if (access->instruction == 0xD6 || access->instruction == 0xDC) {
        apdu->data[4] = content == NULL ? 0 : content->len;
        g_byte_array_append (apdu,
                             content == NULL ? NULL : content->data,
                             content == NULL ? 0 : content->len);
    }
    return sim_card_line_exchange (card, 0, apdu->data, apdu->len, TRUE);
}

static void
answer_access (SimAt *at, const GByteArray *answer)
{
    guint16 word = sim_card_line_word (answer);
    g_autofree gchar *hex = sim_card_hex_encode (answer->data, answer->len - 2);

    if (answer->len > 2) {
        sim_at_answer (at, "+CRSM: %u,%u,\"%s\"", word >> 8, word & 0xFF, hex);
    } else {
        sim_at_answer (at, "+CRSM: %u,%u", word >> 8, word & 0xFF);
    }
}

SimAtResult
sim_card_at_crsm (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    SimCard *card = slot_of (store)->card;
    g_autoptr (GByteArray) answer = NULL;
    Access access;

    if (has_quirk (store, SIM_CARD_NO_CRSM)) {
        return SIM_AT_ERROR;
    }
    if (command->kind == SIM_AT_TEST) {
        return test_form (store);
    }
    if (command->kind != SIM_AT_SET || !parse_access (command, &access)) {
        return CME_BAD_PARAMS;
    }
    answer = select_for_crsm (card, access.fid, sim_at_arg_text (command, 6));
    if (answer != NULL && sim_card_line_word (answer) == 0x9000 && access.instruction != 0xC0) {
        g_byte_array_unref (answer);
        answer = run_access (card, &access, sim_at_arg_text (command, 5));
    }
    if (answer == NULL) {
        return silent (store);
    }
    answer_access (at, answer);
    return SIM_AT_OK;
}
