/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a SIM's data stands: what the destinations hold of it, held against what was promised.
 * Pure: what was listed goes in, each clause that is not met comes out.
 */

#pragma once

#include "simstow-config.h"
#include "simstow-holdings.h"

/**
 * SimstowRisk:
 * @SIMSTOW_RISK_FINE: every clause is met
 * @SIMSTOW_RISK_SOME: there is a good copy, but a clause is not met
 * @SIMSTOW_RISK_NONE: there is no good copy
 */
typedef enum {
    SIMSTOW_RISK_FINE,
    SIMSTOW_RISK_SOME,
    SIMSTOW_RISK_NONE,
} SimstowRisk;

/**
 * SimstowStandingPlace:
 * @config: a destination
 * @holdings: (nullable): what it holds, %NULL when that was never seen
 * @fault: (nullable): why it cannot be seen now, and @holdings are what was seen before
 */
typedef struct {
    const SimstowDestinationConfig *config;
    const SimstowHoldings *holdings;
    const GError *fault;
} SimstowStandingPlace;

/**
 * SimstowStanding:
 * @id: the SIM's id
 * @title: what people call it
 * @here: whether it is in a modem now
 * @copies: how many copies there are that count, the SIM's own with them
 * @media: on how many kinds of media
 * @offsite: how many of them are offsite
 * @newest: when the SIM was last found to hold no more than some good copy, 0 never
 * @risk: what comes of it
 * @clauses: (element-type utf8): what is not met
 */
typedef struct {
    gchar *id;
    gchar *title;
    gboolean here;
    guint copies;
    guint media;
    guint offsite;
    gint64 newest;
    SimstowRisk risk;
    GPtrArray *clauses;
} SimstowStanding;

/**
 * simstow_standing_judge:
 * @id: a SIM's id
 * @title: what people call it
 * @here: whether it is in a modem now
 * @policy: what was promised
 * @places: (array length=count): what the destinations hold
 * @count: how many there are
 * @now: when this is
 *
 * Returns: (transfer full): how it stands
 */
SimstowStanding *
simstow_standing_judge (const gchar *id,
                        const gchar *title,
                        gboolean here,
                        const SimstowPolicy *policy,
                        const SimstowStandingPlace *places,
                        guint count,
                        gint64 now);

void
simstow_standing_free (SimstowStanding *standing);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowStanding, simstow_standing_free)

/**
 * simstow_age_format:
 * @seconds: an age
 *
 * Returns: (transfer full): it in one unit, as "3 d"
 */
gchar *
simstow_age_format (gint64 seconds);
