/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Preloaded into a program, lets its time pass faster: deadlines come sooner, and
 * nothing in the program is changed for it. The file HURRY_FILE begins with a
 * guint32, how many times as fast; it may be changed at any time.
 */

#define _GNU_SOURCE

#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define NANO INT64_C (1000000000)

#define NEXT(function) ((__typeof__ (&function)) dlsym (RTLD_NEXT, #function))

typedef struct {
    pthread_mutex_t lock;
    const volatile uint32_t *wanted;
    uint32_t factor;
    int64_t real;  /* when the factor became what it is */
    int64_t shown; /* what the program was told then */
} Clock;

static const volatile uint32_t *
map_file (void)
{
    const char *path = getenv ("HURRY_FILE");
    int fd = path ? open (path, O_RDONLY | O_CLOEXEC) : -1;
    void *map = MAP_FAILED;

    if (fd >= 0) {
        map = mmap (NULL, sizeof (uint32_t), PROT_READ, MAP_SHARED, fd, 0);
        close (fd);
    }
    return map == MAP_FAILED ? NULL : map;
}

static Clock *
get_clock (void)
{
    static Clock it = {.lock = PTHREAD_MUTEX_INITIALIZER, .factor = 1};

    pthread_mutex_lock (&it.lock);
    if (!it.wanted)
        it.wanted = map_file ();
    return &it;
}

static void
release (Clock *it)
{
    pthread_mutex_unlock (&it->lock);
}

static int64_t
convert (Clock *it, int64_t real)
{
    int64_t shown = it->shown + (real - it->real) * it->factor;
    uint32_t wanted = it->wanted ? *it->wanted : 1;

    if (it->real == 0 || wanted != it->factor) {
        it->shown = it->real == 0 ? real : shown;
        it->real = real;
        it->factor = wanted > 0 ? wanted : 1;
        return it->shown;
    }
    return shown;
}

__attribute__ ((visibility ("default"))) int
clock_gettime (clockid_t id, struct timespec *time)
{
    int status = NEXT (clock_gettime) (id, time);
    Clock *it;
    int64_t shown;

    if (status != 0 || id != CLOCK_MONOTONIC)
        return status;
    it = get_clock ();
    shown = convert (it, time->tv_sec * NANO + time->tv_nsec);
    release (it);
    time->tv_sec = shown / NANO;
    time->tv_nsec = shown % NANO;
    return 0;
}

__attribute__ ((visibility ("default"))) int
poll (struct pollfd *fds, nfds_t n, int timeout)
{
    Clock *it = get_clock ();
    int factor = (int) it->factor;

    release (it);
    return NEXT (poll) (fds, n, timeout > 0 ? (timeout + factor - 1) / factor : timeout);
}
