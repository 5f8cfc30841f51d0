/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What was seen when: the core of merging. A record's sightings in several
 * archives become one for each copy that was ever there at once. What comes out
 * depends neither on the order of the archives nor on how often one of them is
 * given, because copies are only ever joined by minimum and maximum:
 *
 *   first of the k-th copy = the earliest time at which k copies had been seen
 *   last of the k-th copy  = the latest time at which k copies were seen; where
 *                            it is taken from is the sighting at that time
 */

#pragma once

#include <glib.h>

#define SIMSTOW_SIGHTING_KEY 16

/**
 * SimstowSighting:
 * @key: digest of the record's identity
 * @first: when it was first seen, seconds since 1970 UTC
 * @last: when it was last seen
 * @order: digest of everything else in the record: decides between sightings of
 *     the same time
 * @input: which archive holds the record
 * @place: how many records of its kind stand before it there
 *
 * One record in one archive. Small: there may be millions.
 */
typedef struct {
    guint8 key[SIMSTOW_SIGHTING_KEY];
    gint64 first;
    gint64 last;
    guint64 order;
    guint32 input;
    guint32 place;
} SimstowSighting;

/**
 * simstow_sightings_new:
 *
 * Returns: (transfer full) (element-type SimstowSighting): no sightings yet
 */
GArray *
simstow_sightings_new (void);

/**
 * simstow_sightings_fold:
 * @sightings: (element-type SimstowSighting): sightings that were folded, and
 *     those of one more archive
 * @input: the number of that archive, higher than all others
 *
 * Joins the sightings of @input with those before.
 */
void
simstow_sightings_fold (GArray *sightings, guint32 input);

/**
 * simstow_sightings_sort_by_place:
 * @sightings: (element-type SimstowSighting): sightings
 *
 * Sorts them by archive, then by place in it.
 */
void
simstow_sightings_sort_by_place (GArray *sightings);

/**
 * simstow_sighting_compare:
 * @a: a sighting
 * @b: another
 *
 * Returns: the order of sightings, the latest first, as memcmp () does
 */
gint
simstow_sighting_compare (const SimstowSighting *a, const SimstowSighting *b);
