/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bench-usage FILE PROGRAM [ARGUMENT...]: runs the program and writes to FILE its
 * exit status, seconds, seconds of processor time and KiB of memory at most. As
 * small as it can be, because a program's memory is counted from the one that it
 * was forked from.
 */

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double
now (void)
{
    struct timespec time;

    clock_gettime (CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static double
seconds (struct timeval time)
{
    return time.tv_sec + time.tv_usec / 1e6;
}

int
main (int argc, char **argv)
{
    double start = now ();
    struct rusage usage;
    FILE *report;
    int status;
    pid_t child;

    if (argc < 3)
        return 2;
    child = fork ();
    if (child == 0) {
        execvp (argv[2], argv + 2);
        _exit (127);
    }
    if (child < 0 || wait4 (child, &status, 0, &usage) != child)
        return EXIT_FAILURE;
    report = fopen (argv[1], "w");
    if (!report)
        return EXIT_FAILURE;
    fprintf (report,
             "%d %.6f %.6f %ld\n",
             WIFEXITED (status) ? WEXITSTATUS (status) : 128 + WTERMSIG (status),
             now () - start,
             seconds (usage.ru_utime) + seconds (usage.ru_stime),
             usage.ru_maxrss);
    return fclose (report) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
