/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one error domain of the plugin and the helper: codes that cross the bus
 * with their D-Bus names, and codes that only the helper uses.
 */

#pragma once

#include <gio/gio.h>

/**
 * SimstowError:
 * @SIMSTOW_ERROR_UNSUPPORTED: no such store, or not this operation on it
 * @SIMSTOW_ERROR_LOCKED: the SIM wants a PIN or PUK
 * @SIMSTOW_ERROR_FULL: no free place
 * @SIMSTOW_ERROR_NOT_FOUND: no such record, file or name
 * @SIMSTOW_ERROR_DENIED: the caller may not, or the card refuses
 * @SIMSTOW_ERROR_INVALID_RECORD: the record given is malformed or does not fit
 * @SIMSTOW_ERROR_MODEM_ERROR: any other answer of the modem
 * @SIMSTOW_ERROR_CANCELLED: the job was cancelled
 * @SIMSTOW_ERROR_TIMEOUT: the modem did not answer in time
 * @SIMSTOW_ERROR_BUSY: the SIM or the modem is still busy, though it was waited for
 * @SIMSTOW_ERROR_CHANGED: what was to be replaced is not there any more as it was expected
 * @SIMSTOW_ERROR_INVALID_DATA: bytes that break their own format
 * @SIMSTOW_ERROR_DAMAGED: an archive that is damaged
 * @SIMSTOW_ERROR_CUT_SHORT: an archive whose end is missing
 * @SIMSTOW_ERROR_DECRYPT: an archive that cannot be decrypted with the keys at hand
 * @SIMSTOW_ERROR_TOO_NEW: an archive of a format this version does not know
 * @SIMSTOW_ERROR_NO_MODEM: no modem, or no ModemManager
 * @SIMSTOW_ERROR_USAGE: a command line that makes no sense
 * @SIMSTOW_ERROR_EXISTS: a file that would have been replaced
 * @SIMSTOW_ERROR_FAILED: anything else
 *
 * The first eleven have a D-Bus name, `org.simstow.Error.*`.
 */
typedef enum {
    SIMSTOW_ERROR_UNSUPPORTED,
    SIMSTOW_ERROR_LOCKED,
    SIMSTOW_ERROR_FULL,
    SIMSTOW_ERROR_NOT_FOUND,
    SIMSTOW_ERROR_DENIED,
    SIMSTOW_ERROR_INVALID_RECORD,
    SIMSTOW_ERROR_MODEM_ERROR,
    SIMSTOW_ERROR_CANCELLED,
    SIMSTOW_ERROR_TIMEOUT,
    SIMSTOW_ERROR_BUSY,
    SIMSTOW_ERROR_CHANGED,
    SIMSTOW_ERROR_INVALID_DATA,
    SIMSTOW_ERROR_DAMAGED,
    SIMSTOW_ERROR_CUT_SHORT,
    SIMSTOW_ERROR_DECRYPT,
    SIMSTOW_ERROR_TOO_NEW,
    SIMSTOW_ERROR_NO_MODEM,
    SIMSTOW_ERROR_USAGE,
    SIMSTOW_ERROR_EXISTS,
    SIMSTOW_ERROR_FAILED,
} SimstowError;

#define SIMSTOW_ERROR (simstow_error_quark ())

/**
 * simstow_error_quark:
 *
 * The error domain. The first call registers the D-Bus names with GDBus, so
 * that errors keep their code across the bus.
 *
 * Returns: the domain
 */
GQuark
simstow_error_quark (void);

/* Whose code it is that a modem or a card gave for an error */
#define SIMSTOW_ERROR_DOMAIN_CME  "cme"
#define SIMSTOW_ERROR_DOMAIN_CMS  "cms"
#define SIMSTOW_ERROR_DOMAIN_SW   "sw"
#define SIMSTOW_ERROR_DOMAIN_MBIM "mbim"

/* The final result itself, by its number of V.250 5.7.1: OK where an answer was owed, or ERROR
 * that is no sign of a command the modem does not know */
#define SIMSTOW_ERROR_DOMAIN_RESULT "result"
#define SIMSTOW_RESULT_OK           0
#define SIMSTOW_RESULT_NO_CARRIER   3 /* the line failed: nobody said anything */
#define SIMSTOW_RESULT_ERROR        4

/**
 * simstow_error_set:
 * @error: (out) (optional): return location for the error
 * @code: what kind of error it is
 * @format: a printf() format of the message
 *
 * As g_set_error (), in our own domain.
 *
 * Returns: %FALSE, so that what fails can return it
 */
gboolean
simstow_error_set (GError **error, SimstowError code, const gchar *format, ...)
    G_GNUC_PRINTF (3, 4);

/**
 * simstow_error_set_modem_code:
 * @domain: one of the above
 * @code: the modem's own code
 *
 * Keeps what the modem itself said, beside the message; copies of @error have it too.
 */
void
simstow_error_set_modem_code (GError *error, const gchar *domain, guint code);

/**
 * simstow_error_get_modem_code:
 * @error: an error of any kind
 * @code: (out): the modem's own code
 *
 * Returns: (nullable): whose code it is, %NULL where the modem gave none
 */
const gchar *
simstow_error_get_modem_code (const GError *error, guint *code);

/**
 * simstow_error_set_incomplete:
 * @error: (nullable): an error
 *
 * Notes that something is missing that the data itself counts, or that had to be left out; copies
 * of @error have it, too.
 */
void
simstow_error_set_incomplete (GError *error);

/**
 * simstow_error_is_incomplete:
 * @error: an error of any kind
 *
 * Returns: whether that was noted
 */
gboolean
simstow_error_is_incomplete (const GError *error);

/**
 * simstow_error_has_code:
 * @error: (nullable): an error of any kind
 * @domain: whose code, %NULL for none
 * @code: the modem's own code
 *
 * Returns: whether that is what the modem itself said
 */
gboolean
simstow_error_has_code (const GError *error, const gchar *domain, guint code);

/**
 * simstow_error_is_plain:
 * @error: (nullable): an error of any kind
 *
 * Returns: whether the modem said ERROR and nothing else
 */
gboolean
simstow_error_is_plain (const GError *error);

/**
 * simstow_error_new_from_text:
 * @message: the message of an error of the plugin, as it came over the bus
 *
 * The one place where the modem's own code is taken from the end of a message, "(CME 14)": only
 * the message crosses the bus.
 *
 * Returns: (transfer full): an error with that message and that code
 */
GError *
simstow_error_new_from_text (SimstowError code, const gchar *message);
