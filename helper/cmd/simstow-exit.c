/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Exit statuses: one table from errors to what the caller of a command sees.
 */

#include "config.h"

#include "simstow-exit.h"

#include <glib/gi18n.h>

#include "simstow-error.h"
#include "simstow-terminal.h"
#include "simstow-text.h"

typedef struct {
    gint code;
    SimstowExit status;
    const gchar *hint;
} Row;

/* What is not in a table has failed, and there is no more to say than the error does. */
static const Row own_rows[] = {
    {SIMSTOW_ERROR_LOCKED,
     SIMSTOW_EXIT_FAILED,
     N_ ("unlock the SIM first, for instance with: mmcli -i any --pin=PIN")},
    {SIMSTOW_ERROR_DENIED,
     SIMSTOW_EXIT_DENIED,
     N_ ("polkit decides who may; try again at the machine itself, or as root")},
    {SIMSTOW_ERROR_INVALID_DATA, SIMSTOW_EXIT_DAMAGED, NULL},
    {SIMSTOW_ERROR_DAMAGED, SIMSTOW_EXIT_DAMAGED, NULL},
    {SIMSTOW_ERROR_CUT_SHORT, SIMSTOW_EXIT_CUT_SHORT, NULL},
    {SIMSTOW_ERROR_DECRYPT, SIMSTOW_EXIT_DECRYPT, NULL},
    {SIMSTOW_ERROR_TOO_NEW, SIMSTOW_EXIT_TOO_NEW, NULL},
    {SIMSTOW_ERROR_NO_MODEM, SIMSTOW_EXIT_NO_MODEM, NULL},
    {SIMSTOW_ERROR_USAGE, SIMSTOW_EXIT_USAGE, NULL},
};

static const Row dbus_rows[] = {
    {G_DBUS_ERROR_ACCESS_DENIED,
     SIMSTOW_EXIT_DENIED,
     N_ ("polkit and the bus policy decide who may; try again as root")},
    {G_DBUS_ERROR_AUTH_FAILED, SIMSTOW_EXIT_DENIED, NULL},
    {G_DBUS_ERROR_SERVICE_UNKNOWN,
     SIMSTOW_EXIT_NO_MODEM,
     N_ ("start ModemManager with: systemctl start ModemManager")},
    {G_DBUS_ERROR_NAME_HAS_NO_OWNER,
     SIMSTOW_EXIT_NO_MODEM,
     N_ ("start ModemManager with: systemctl start ModemManager")},
    {G_DBUS_ERROR_UNKNOWN_OBJECT, SIMSTOW_EXIT_NO_MODEM, NULL},
};

static const Row io_rows[] = {
    {G_IO_ERROR_PERMISSION_DENIED, SIMSTOW_EXIT_DENIED, NULL},
};

static const Row *
find_row (const Row *rows, guint count, gint code)
{
    guint i;

    for (i = 0; i < count; i++) {
        if (rows[i].code == code)
            return &rows[i];
    }
    return NULL;
}

static const Row *
row_of (const GError *error)
{
    if (error->domain == SIMSTOW_ERROR)
        return find_row (own_rows, G_N_ELEMENTS (own_rows), error->code);
    if (error->domain == G_DBUS_ERROR)
        return find_row (dbus_rows, G_N_ELEMENTS (dbus_rows), error->code);
    if (error->domain == G_IO_ERROR)
        return find_row (io_rows, G_N_ELEMENTS (io_rows), error->code);
    return NULL;
}

SimstowExit
simstow_exit_from_error (const GError *error)
{
    const Row *row = row_of (error);

    if (error->domain == G_OPTION_ERROR)
        return SIMSTOW_EXIT_USAGE;
    return row != NULL ? row->status : SIMSTOW_EXIT_FAILED;
}

const gchar *
simstow_exit_hint (const GError *error)
{
    const Row *row = row_of (error);

    return row != NULL && row->hint != NULL ? _ (row->hint) : NULL;
}

SimstowExit
simstow_exit_report (const GError *error)
{
    g_autofree gchar *text = simstow_text_line (error->message);
    const gchar *hint = simstow_exit_hint (error);

    if (hint != NULL)
        simstow_terminal_note ("simstow: %s; %s\n", text, hint);
    else
        simstow_terminal_note ("simstow: %s\n", text);
    return simstow_exit_from_error (error);
}
