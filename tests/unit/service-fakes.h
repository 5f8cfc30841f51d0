/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What org.simstow.Modem1 needs of a modem, for its tests: a driver whose lists are
 * fixed, whose reads end when the test says so and of whose writes one fails, a port that has
 * nothing, and an authoriser that refuses one action.
 */

#pragma once

#include "simstow-store-driver.h"

G_BEGIN_DECLS

typedef struct {
    GTask *task;
    gchar *store;
    SimstowStoreProgressFunc progress;
    gpointer progress_data;
} FakeRead;

/* What the fakes were asked, and what they are to say */
typedef struct {
    GQueue reads;
    GPtrArray *asked; /* polkit actions */
    const gchar *refused;
    gboolean thinks;  /* polkit waits for fakes_answer () */
    GQueue questions; /* GTask of each question that waits */
    guint lists;
    guint writes;
    guint full_at; /* the write that fails */
} Fakes;

extern Fakes fakes;

GType
fake_driver_get_type (void);

GType
fake_port_get_type (void);

GType
fake_authoriser_get_type (void);

/**
 * fakes_end_read:
 *
 * Lets the read that runs end with one record.
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
