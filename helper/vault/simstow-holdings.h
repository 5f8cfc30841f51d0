/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a destination holds, told by the names of its files alone, so that one listing tells how
 * fresh and how well proved each archive is:
 *
 *   ARCHIVE             simstow-ID-TIME-CONTENT.tar.gz and the like, simstow_layout_name ()
 *   ARCHIVE.sha256      its digest, as sha256sum has it, and comments with its counts. It comes
 *                       when the archive was read back there: without it none is there
 *   ARCHIVE.seen-TIME.PROOF-TIME
 *                       a mark: when the SIM was last found to hold nothing else, and when the
 *                       archive was last read back there, how far (digest, whole), or found
 *                       damaged
 *   ARCHIVE.part, ARCHIVE.sha256.part
 *                       what is being stored: the label comes first under that name, and tells an
 *                       archive that was cut off from one that somebody else put there
 */

#pragma once

#include <glib.h>

#include "simstow-label.h"

/**
 * SimstowProof:
 * @SIMSTOW_PROOF_NONE: it is there
 * @SIMSTOW_PROOF_DAMAGED: it is not what was stored
 * @SIMSTOW_PROOF_DIGEST: its bytes are those that were stored
 * @SIMSTOW_PROOF_WHOLE: it was opened, and everything in it is right
 */
typedef enum {
    SIMSTOW_PROOF_NONE,
    SIMSTOW_PROOF_DAMAGED,
    SIMSTOW_PROOF_DIGEST,
    SIMSTOW_PROOF_WHOLE,
} SimstowProof;

/**
 * SimstowHolding:
 * @name: the archive's file name
 * @id: the id of its SIM
 * @made: when it was made, seconds since 1970 UTC
 * @size: its size there
 * @stored: whether its digest is there: it was read back
 * @begun: whether a run of simstow began to store it, and did not come to its end
 * @confirmed: when the SIM was last found to hold nothing else, at least @made
 * @proof: how far it was read back
 * @proved: when
 * @marks: (element-type utf8): the names of its marks
 * @label: (nullable): its label, where that was read
 */
typedef struct {
    gchar *name;
    gchar *id;
    gint64 made;
    guint64 size;
    gboolean stored;
    gboolean begun;
    gint64 confirmed;
    SimstowProof proof;
    gint64 proved;
    GPtrArray *marks;
    SimstowLabel *label;
} SimstowHolding;

/**
 * SimstowHoldings:
 * @archives: (element-type SimstowHolding): by SIM, the newest first
 * @leftovers: (element-type utf8): files of simstow that belong to none of them
 * @known: whether simstow's README is there
 * @total: the bytes of all that simstow stored
 */
typedef struct {
    GPtrArray *archives;
    GPtrArray *leftovers;
    gboolean known;
    guint64 total;
} SimstowHoldings;

#define SIMSTOW_HOLDINGS_README "README-RESTORE.txt"
#define SIMSTOW_HOLDINGS_DIGEST ".sha256"
#define SIMSTOW_HOLDINGS_PART   ".part"

/**
 * simstow_holdings_parse:
 * @entries: (element-type SimstowDestinationEntry): a listing
 *
 * Returns: (transfer full): what it tells; other files are passed over
 */
SimstowHoldings *
simstow_holdings_parse (const GPtrArray *entries);

void
simstow_holdings_free (SimstowHoldings *holdings);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowHoldings, simstow_holdings_free)

/**
 * simstow_holdings_parse_name:
 * @name: a file's name
 * @id: (out) (transfer full): the id of its SIM
 * @made: (out): when the archive was made, seconds since 1970 UTC
 *
 * Returns: how much of the name is that of an archive; 0, with nothing set, when it does not begin
 * like one
 */
gsize
simstow_holdings_parse_name (const gchar *name, gchar **id, gint64 *made);

/**
 * simstow_holdings_find:
 * @name: an archive's file name
 *
 * Returns: (transfer none) (nullable): the archive
 */
SimstowHolding *
simstow_holdings_find (const SimstowHoldings *holdings, const gchar *name);

/**
 * simstow_holdings_newest:
 * @id: a SIM's id
 *
 * Returns: (transfer none) (nullable): its newest archive that was read back and is not damaged
 */
SimstowHolding *
simstow_holdings_newest (const SimstowHoldings *holdings, const gchar *id);

/**
 * simstow_holding_is_good:
 *
 * Returns: whether it was read back, and is not known to be damaged
 */
gboolean
simstow_holding_is_good (const SimstowHolding *holding);

/**
 * simstow_holding_is_ours:
 *
 * Returns: whether simstow backup stored it, or began to; any other archive, which somebody
 *     exported or copied there, is left alone
 */
gboolean
simstow_holding_is_ours (const SimstowHolding *holding);

/**
 * simstow_holding_make_mark:
 * @confirmed: when the SIM was last found to hold nothing else
 * @proof: how far it was read back
 * @proved: when
 *
 * Returns: (transfer full): the name of such a mark of it
 */
gchar *
simstow_holding_make_mark (const SimstowHolding *holding,
                           gint64 confirmed,
                           SimstowProof proof,
                           gint64 proved);

/**
 * simstow_proof_name:
 *
 * Returns: its word, as in marks and verify --level
 */
const gchar *
simstow_proof_name (SimstowProof proof);
