/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The key sheet as a page for the drawer.
 */

#include "config.h"

#include "simstow-key-sheet.h"

#include <glib/gi18n.h>
#include <string.h>

#include "simstow-html.h"
#include "simstow-qr.h"

static void
append_places (GString *page, const gchar *const *places)
{
    simstow_html_append_element (page, "h2", _ ("Where the backups are"));
    g_string_append (page, "<ul>\n");
    for (; *places != NULL; places++)
        simstow_html_append_element (page, "li", *places);
    g_string_append (page, "</ul>\n");
}

static void
append_key (GString *page, const gchar *fingerprint, const gchar *secret)
{
    simstow_html_append_element (page, "h2", _ ("The key that opens them"));
    simstow_html_append_element (page,
                                 "p",
                                 _ ("Whoever has it can read all backups. It is nowhere else: "
                                    "not on the laptop, and not at the places above."));
    simstow_html_append_element (page, "p class=\"key\"", fingerprint);
    g_string_append (page, "<pre>");
    simstow_html_append (page, secret);
    g_string_append (page, "</pre>\n<p>");
    if (simstow_qr_append_svg (page, secret, SIMSTOW_QR_MODULE_SMALL))
        simstow_html_append_element (page,
                                     "p",
                                     _ ("The picture holds the same text: any program that reads "
                                        "QR codes gives it back."));
}

static void
append_command (GString *page, const gchar *what, const gchar *command)
{
    simstow_html_append_element (page, "p", what);
    g_string_append (page, "<pre>");
    simstow_html_append (page, command);
    g_string_append (page, "</pre>\n");
}

static void
append_way (GString *page, const gchar *place)
{
    g_autofree gchar *fetch = g_strconcat ("simstow fetch --from='", place, "'", NULL);

    simstow_html_append_element (page, "h2", _ ("On a new laptop"));
    append_command (page,
                    _ ("Type or scan the key into a file key.asc, from its first line of dashes to "
                       "its last, and take it into the keyring:"),
                    "gpg --import key.asc");
    append_command (page, _ ("With simstow, get the newest backup, and put it back:"), fetch);
    append_command (page,
                    _ ("and then what that says, after a look at what it would do:"),
                    "simstow restore ARCHIVE --dry-run\nsimstow restore ARCHIVE");
    append_command (page,
                    _ ("Without simstow, any archive opens with stock tools; README.txt in it "
                       "tells the rest:"),
                    "gpg -d simstow-NAME.tar.gz.gpg | tar xz");
}

static void
append_loss (GString *page)
{
    static const gchar *const steps[] = {
        N_ ("Have the operator lock the SIM, and ask for another one. An eSIM profile cannot be "
            "copied: its operator issues it again; the archive holds what is known of it: "
            "simstow esim recovery-sheet ARCHIVE."),
        N_ ("Take from the lost laptop its access to the places above: change the passwords, or "
            "sign it out."),
        N_ ("The key was not on it. The backups there stay closed to who found it."),
    };
    guint i;

    simstow_html_append_element (page, "h2", _ ("When the laptop is gone"));
    g_string_append (page, "<ol>\n");
    for (i = 0; i < G_N_ELEMENTS (steps); i++)
        simstow_html_append_element (page, "li", _ (steps[i]));
    g_string_append (page, "</ol>\n");
}

gchar *
simstow_key_sheet_html (const gchar *const *places, const gchar *fingerprint, const gchar *secret)
{
    GString *page = g_string_new ("<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\">\n");
    g_autoptr (GDateTime) now = g_date_time_new_now_local ();
    g_autofree gchar *date = g_date_time_format (now, "%Y-%m-%d");

    simstow_html_append_element (page, "title", _ ("simstow key sheet"));
    g_string_append (page,
                     "<style>body{font:11pt sans-serif;max-width:44em;margin:2em auto}"
                     "pre{font:9pt monospace;background:#eee;padding:.5em}"
                     ".key{font-family:monospace}</style></head>\n<body>");
    simstow_html_append_element (page, "h1", _ ("simstow key sheet"));
    simstow_html_append_element (page, "p", date);
    simstow_html_append_element (page,
                                 "p",
                                 _ ("Print this page and keep it where the laptop is not, then "
                                    "delete the file."));
    append_places (page, places);
    append_key (page, fingerprint, secret);
    append_way (page, places[0]);
    append_loss (page);
    g_string_append (page, "</body></html>\n");
    return g_string_free (page, FALSE);
}
