/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Preloaded into a program, makes the n-th of its calls that change a file
 * system kill it or fail: FAULT_AT is n, FAULT an error's number, 0 to kill.
 */

#define _GNU_SOURCE

#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

/* Whether this is the call; a fault that is told comes again and again, as that
 * of a full disk does */
static int
strike (void)
{
    static long count;
    const char *at = getenv ("FAULT_AT");
    const char *fault = getenv ("FAULT");
    int code = fault ? atoi (fault) : 0;

    if (!at || ++count < atol (at))
        return 0;
    if (code == 0)
        kill (getpid (), SIGKILL);
    errno = code;
    return code;
}

/* What the program starts, as gpg, is spared */
__attribute__ ((constructor)) static void
keep_to_this_program (void)
{
    unsetenv ("LD_PRELOAD");
}

#define NEXT(function) ((__typeof__ (&function)) dlsym (RTLD_NEXT, #function))

__attribute__ ((visibility ("default"))) ssize_t
write (int fd, const void *data, size_t size)
{
    return fd > 2 && strike () ? -1 : NEXT (write) (fd, data, size);
}

__attribute__ ((visibility ("default"))) int
fsync (int fd)
{
    return strike () ? -1 : NEXT (fsync) (fd);
}

__attribute__ ((visibility ("default"))) int
renameat (int from, const char *old, int to, const char *new)
{
    return strike () ? -1 : NEXT (renameat) (from, old, to, new);
}

__attribute__ ((visibility ("default"))) int
renameat2 (int from, const char *old, int to, const char *new, unsigned int flags)
{
    return strike () ? -1 : NEXT (renameat2) (from, old, to, new, flags);
}

/* Cleaning up is not made to fail; being killed before it is */
__attribute__ ((visibility ("default"))) int
unlinkat (int directory, const char *name, int flags)
{
    const char *fault = getenv ("FAULT");

    if (!fault || atoi (fault) == 0)
        strike ();
    return NEXT (unlinkat) (directory, name, flags);
}
