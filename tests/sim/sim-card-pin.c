/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PIN 1 and PIN 2: VERIFY, CHANGE, DISABLE, ENABLE, UNBLOCK (ETSI TS 102 221
 * 11.1.9 to 11.1.13), and what they open.
 */

#include <string.h>

#include "sim-card-private.h"

#define PIN_SIZE 8

SimCardPin *
sim_card_pin (SimCard *card, gboolean second)
{
    return &card->pins[second ? 1 : 0];
}

void
sim_card_pin_reset (SimCard *card)
{
    for (guint i = 0; i < 2; i++) {
        card->pins[i].verified = FALSE;
    }
}

gboolean
sim_card_allows (SimCard *card, SimCardAccess access)
{
    switch (access) {
    case SIM_CARD_ACCESS_ALWAYS:
        return TRUE;
    case SIM_CARD_ACCESS_PIN1:
        return !card->pins[0].enabled || card->pins[0].verified;
    case SIM_CARD_ACCESS_PIN2:
        return card->pins[1].verified;
    case SIM_CARD_ACCESS_ADM:
    case SIM_CARD_ACCESS_NEVER:
    default:
        return FALSE;
    }
}

guint16
sim_card_pin_check (SimCardPin *pin, const gchar *digits)
{
    if (pin->retries == 0) {
        return SIM_CARD_SW_BLOCKED;
    }
    if (g_strcmp0 (pin->value, digits) != 0) {
        pin->verified = FALSE;
        return SIM_CARD_SW_NO_TRIES | --pin->retries;
    }
    pin->retries = 3;
    pin->verified = TRUE;
    return SIM_CARD_SW_OK;
}

guint16
sim_card_pin_unblock (SimCardPin *pin, const gchar *puk, const gchar *digits)
{
    if (pin->puk_retries == 0) {
        return SIM_CARD_SW_BLOCKED;
    }
    if (g_strcmp0 (pin->puk, puk) != 0) {
        return SIM_CARD_SW_NO_TRIES | --pin->puk_retries;
    }
    g_free (pin->value);
    pin->value = g_strdup (digits);
    pin->retries = 3;
    pin->puk_retries = 10;
    pin->enabled = TRUE;
    pin->verified = TRUE;
    return SIM_CARD_SW_OK;
}

/* eight bytes of ASCII digits, padded by FF */
static gchar *
take_digits (const SimCardCommand *command, gsize offset)
{
    gsize size = 0;

    while (size < PIN_SIZE && g_ascii_isdigit (command->data[offset + size])) {
        size++;
    }
    return g_strndup ((const gchar *) command->data + offset, size);
}

static guint16
run (SimCardPin *pin, guint8 instruction, const gchar *first, const gchar *second)
{
    guint16 word;

    if (instruction == 0x2C) {
        return sim_card_pin_unblock (pin, first, second);
    }
    if (instruction != 0x28 && !pin->enabled) {
        return SIM_CARD_SW_DISABLED;
    }
    word = sim_card_pin_check (pin, first);
    if (word != SIM_CARD_SW_OK) {
        return word;
    }
    if (instruction == 0x24) {
        g_free (pin->value);
        pin->value = g_strdup (second);
    } else if (instruction == 0x26 || instruction == 0x28) {
        pin->enabled = instruction == 0x28;
    }
    return SIM_CARD_SW_OK;
}

guint16
sim_card_pin_command (SimCard *card, const SimCardCommand *command, GByteArray *answer)
{
    guint8 instruction = command->header[1];
    gboolean two = instruction == 0x24 || instruction == 0x2C;
    g_autofree gchar *first = NULL;
    g_autofree gchar *second = NULL;
    SimCardPin *pin;

    if (command->header[3] != 0x01 && command->header[3] != 0x81) {
        return SIM_CARD_SW_REFERENCE;
    }
    pin = sim_card_pin (card, command->header[3] == 0x81);
    /* without data: how many tries are left */
    if (command->size == 0 && (instruction == 0x20 || instruction == 0x2C)) {
        guint left = instruction == 0x20 ? pin->retries : pin->puk_retries;

        return left == 0 ? SIM_CARD_SW_BLOCKED : SIM_CARD_SW_NO_TRIES | left;
    }
    if (command->size != (two ? 2 * PIN_SIZE : PIN_SIZE)) {
        return SIM_CARD_SW_LENGTH;
    }
    first = take_digits (command, 0);
    second = two ? take_digits (command, PIN_SIZE) : NULL;
    return run (pin, instruction, first, second);
}
