/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as what arrives at WAP's push port.
 */

#include "simstow-wap-push.h"

#include "fuzz-replay.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    g_autoptr (GBytes) bytes = g_bytes_new (data, size);
    g_autoptr (GError) error = NULL;
    g_autoptr (SimstowWapPush) push = simstow_wap_push_decode (bytes, &error);

    g_assert_true ((push != NULL) == (error == NULL));
    if (!push)
        return 0;
    g_assert_true (!push->from || g_utf8_validate (push->from, -1, NULL));
    g_assert_true (!push->subject || g_utf8_validate (push->subject, -1, NULL));
    g_assert_true (!push->address || g_utf8_validate (push->address, -1, NULL));
    g_assert_cmpint (push->size, >=, -1);
    return 0;
}
