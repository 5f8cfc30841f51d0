/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What org.simstow.Modem1 needs of a modem, for its tests: a line whose commands end when the
 * test says so, and a polkit that refuses one action.
 */

#pragma once

#include "simstow-port.h"

G_BEGIN_DECLS

/* What the doors "messages" and "phonebook" are asked here, and the answer to both */
#define FAKE_MESSAGES  "+CPMS=?"
#define FAKE_PHONEBOOK "+CPBR=?"
#define FAKE_ANSWER    "told"

typedef struct {
    GTask *task;
    gchar *command;
} FakeRead;

/* What the fakes were asked, and what they are to say */
typedef struct {
    GQueue reads;
    GPtrArray *asked; /* polkit actions */
    const gchar *refused;
    gboolean thinks;  /* polkit waits for fakes_answer () */
    GQueue questions; /* GTask of each question that waits */
    guint sent;       /* commands */
} Fakes;

extern Fakes fakes;

G_DECLARE_FINAL_TYPE (FakeLine, fake_line, FAKE, LINE, SimstowPort)

/* For simstow_callers_new (): polkit, which refuses one action */
void
fakes_ask (GDBusMethodInvocation *invocation,
           const gchar *action,
           GCancellable *cancellable,
           GAsyncReadyCallback callback,
           gpointer user_data);

/**
 * fakes_end_read:
 *
 * Lets the command that runs end.
 */
void
fakes_end_read (void);

/**
 * fakes_answer:
 * @granted: whether it is granted
 *
 * Answers the oldest question.
 */
void
fakes_answer (gboolean granted);

G_END_DECLS
