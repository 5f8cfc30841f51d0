/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bytes of an archive file.
 */

#include "simstow-plain.h"

#include "simstow-crypt.h"

struct _SimstowPlain {
    SimstowInput *input;
    SimstowCrypt *crypt;
};

SimstowPlain *
simstow_plain_new (const gchar *path,
                   const SimstowArchiveKeys *keys,
                   GCancellable *cancellable,
                   GError **error)
{
    SimstowInput *input = simstow_input_new (path, cancellable, error);

    return input ? simstow_plain_new_for_input (input, keys, error) : NULL;
}

SimstowPlain *
simstow_plain_new_for_input (SimstowInput *input, const SimstowArchiveKeys *keys, GError **error)
{
    g_autoptr (SimstowPlain) plain = g_new0 (SimstowPlain, 1);

    plain->input = input;
    if (!simstow_input_is_encrypted (plain->input))
        return g_steal_pointer (&plain);
    plain->crypt = simstow_crypt_decrypt (keys, simstow_input_get_fd (plain->input), error);
    return plain->crypt ? g_steal_pointer (&plain) : NULL;
}

void
simstow_plain_free (SimstowPlain *plain)
{
    g_clear_pointer (&plain->crypt, simstow_crypt_free);
    g_clear_pointer (&plain->input, simstow_input_free);
    g_free (plain);
}

GInputStream *
simstow_plain_get_stream (SimstowPlain *plain)
{
    return plain->crypt ? simstow_crypt_get_input (plain->crypt)
                        : simstow_input_get_stream (plain->input);
}

gboolean
simstow_plain_finish (SimstowPlain *plain, GError **error)
{
    return !plain->crypt || simstow_crypt_finish (plain->crypt, error);
}

gboolean
simstow_plain_is_encrypted (const SimstowPlain *plain)
{
    return plain->crypt != NULL;
}
