/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The head of a page, its end, and the archive's digest.
 */

#include "config.h"

#include "simstow-report-frame.h"

#include <glib/gi18n.h>

#include "simstow-html.h"
#include "simstow-report-files.h"
#include "simstow-sha256.h"
#include "simstow-text.h"

static GBytes *
find_file (const gchar *name)
{
    g_autofree gchar *path = g_strconcat ("/org/simstow/report/", name, NULL);

    return g_resource_lookup_data (simstow_report_get_resource (),
                                   path,
                                   G_RESOURCE_LOOKUP_FLAGS_NONE,
                                   NULL);
}

/* Names an inline style or script by its digest, as Content Security Policy Level 3 has it */
static void
append_source (GString *policy, const gchar *text, gsize size)
{
    g_autoptr (SimstowSha256) sha256 = simstow_sha256_new ();
    guint8 digest[SIMSTOW_SHA256_SIZE];
    g_autofree gchar *base64 = NULL;

    simstow_sha256_update (sha256, text, size);
    simstow_sha256_get_digest (sha256, digest);
    base64 = g_base64_encode (digest, sizeof digest);
    g_string_append_printf (policy, " 'sha256-%s'", base64);
}

static void
append_policy (const gchar *style, gsize size, GBytes *script, GString *out)
{
    g_string_append (out,
                     "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                     "base-uri 'none'; form-action 'none'; style-src");
    append_source (out, style, size);
    if (script != NULL) {
        g_string_append (out, "; script-src");
        append_source (out, g_bytes_get_data (script, NULL), g_bytes_get_size (script));
        g_string_append (out, "; require-trusted-types-for 'script'; trusted-types 'none'");
    }
    g_string_append (out, "\">\n");
}

void
simstow_report_begin (const gchar *title,
                      const gchar *style,
                      const gchar *rules,
                      const gchar *script,
                      GString *out)
{
    g_autoptr (GBytes) sheet = find_file (style);
    g_autoptr (GBytes) program = script != NULL ? find_file (script) : NULL;
    g_autofree gchar *whole =
        g_strconcat (g_bytes_get_data (sheet, NULL), rules != NULL ? rules : "", NULL);

    g_string_append (out, "<!DOCTYPE html>\n<html lang=\"");
    /* TRANSLATORS: the code of this language in web pages, as "en" or "pt-BR" */
    simstow_html_append_line (out, C_ ("code of the language", "en"));
    g_string_append (out, "\">\n<head>\n<meta charset=\"utf-8\">\n");
    append_policy (whole, strlen (whole), program, out);
    g_string_append (out,
                     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                     "<meta name=\"color-scheme\" content=\"light dark\">\n"
                     "<meta name=\"referrer\" content=\"no-referrer\">\n"
                     "<meta name=\"generator\" content=\"simstow " SIMSTOW_VERSION "\">\n");
    simstow_html_append_element (out, "title", title);
    g_string_append_printf (out, "<style>%s</style>\n</head>\n<body>\n", whole);
}

void
simstow_report_end (const gchar *script, GString *out)
{
    g_autoptr (GBytes) program = script != NULL ? find_file (script) : NULL;

    if (program != NULL)
        g_string_append_printf (out,
                                "<script>%s</script>\n",
                                (const gchar *) g_bytes_get_data (program, NULL));
    g_string_append (out, "</body>\n</html>\n");
}

gchar *
simstow_report_format_day (gint64 time, gint zone, const gchar *format)
{
    g_autoptr (GDateTime) there = g_date_time_new_from_unix_utc (time + 60 * (gint64) zone);

    return there != NULL ? g_date_time_format (there, format) : g_strdup ("");
}

gchar *
simstow_report_format_zone (gint zone)
{
    return g_strdup_printf ("UTC%s%02d:%02d",
                            zone < 0 ? "\342\210\222" : "+",
                            ABS (zone) / 60,
                            ABS (zone) % 60);
}

void
simstow_report_append_saved (const SimstowReport *report, GString *out)
{
    const SimstowSnapshot *snapshot = report->snapshot;
    g_autofree gchar *time = simstow_text_time_here (snapshot->captured);
    g_autofree gchar *text = g_strdup_printf (_ ("Saved on %s"), time);

    simstow_html_append_line (out, text);
    if (snapshot->first_captured != 0) {
        g_autofree gchar *first = simstow_text_time_here (snapshot->first_captured);
        g_autofree gchar *merged =
            g_strdup_printf (_ ("merged, with all that was there since %s"), first);

        g_string_append (out, "; ");
        simstow_html_append_line (out, merged);
    }
}

void
simstow_report_append_proof (const SimstowReport *report, GString *out)
{
    static const gchar *const ways[][2] = {
        {"Linux", "sha256sum"},
        {"macOS", "shasum -a 256"},
        {"Windows", "certutil -hashfile"},
    };
    g_autofree gchar *size = g_strdup_printf ("%" G_GUINT64_FORMAT, report->size);
    guint i;

    simstow_html_append_fact (_ ("archive"), report->name, out);
    if (report->digest != NULL) {
        simstow_html_append_fact (_ ("size in bytes"), size, out);
        simstow_html_append_fact (_ ("SHA-256 of this file"), report->digest, out);
    }
    simstow_html_append_fact (_ ("content id"), report->header->content_id, out);
    simstow_html_append_fact (_ ("written by"), report->header->tool, out);
    if (report->digest == NULL)
        return;
    g_string_append (out, "<div class=\"ways\">\n");
    simstow_html_append_element (out,
                                 "p",
                                 _ ("The digest shows that a file is the one this page was made "
                                    "from, unchanged to the last bit. Anybody can compute it again "
                                    "and compare:"));
    g_string_append (out, "<ul>\n");
    for (i = 0; i < G_N_ELEMENTS (ways); i++) {
        g_autofree gchar *quoted = g_shell_quote (report->name);
        gboolean windows = i == G_N_ELEMENTS (ways) - 1;
        g_autofree gchar *command =
            windows ? g_strdup_printf ("%s \"%s\" SHA256", ways[i][1], report->name)
                    : g_strdup_printf ("%s %s", ways[i][1], quoted);

        g_string_append_printf (out, "<li>%s: <code>", ways[i][0]);
        simstow_html_append_line (out, command);
        g_string_append (out, "</code></li>\n");
    }
    g_string_append (out, "</ul>\n");
    simstow_html_append_element (
        out,
        "p",
        _ ("\"simstow verify\" checks every record inside; without simstow, "
           "unpack the archive and run \"sha256sum -c SHA256SUMS\" in its "
           "folder."));
    g_string_append (out, "</div>\n");
}
