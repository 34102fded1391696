// Loaded before the C library (LD_PRELOAD), this moves the clocks of a process by the seconds that the file named by CLOCK_SHIM says:
// first those of the calendar, then those of the clock that goes on while a machine sleeps. It is compiled by the tests and not with
// the package, whose libraries bring the Swift runtime along: that would take the place of the one in the program.
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

// Descriptors of timers, and the clock of each.
static clockid_t clocks[1024];

static long long offset(clockid_t clock) {
    if (clock != CLOCK_REALTIME && clock != CLOCK_BOOTTIME) return 0;
    long long calendar = 0, sleep = 0;
    const char *path = getenv("CLOCK_SHIM");
    FILE *file = path ? fopen(path, "re") : NULL;
    if (!file) return 0;
    // A file that is being written counts as none.
    if (fscanf(file, "%lld %lld", &calendar, &sleep) != 2) calendar = sleep = 0;
    fclose(file);
    return clock == CLOCK_REALTIME ? calendar : sleep;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    int failure = (int)syscall(SYS_clock_gettime, clock, time);
    if (!failure) time->tv_sec += offset(clock);
    return failure;
}

int timerfd_create(int clock, int flags) {
    int timer = (int)syscall(SYS_timerfd_create, clock, flags);
    if (timer >= 0 && timer < 1024) clocks[timer] = clock;
    return timer;
}

// The kernel knows nothing of moved clocks.
int timerfd_settime(int timer, int flags, const struct itimerspec *time, struct itimerspec *old) {
    struct itimerspec moved = *time;
    if (flags & TFD_TIMER_ABSTIME && timer >= 0 && timer < 1024 && moved.it_value.tv_sec) {
        moved.it_value.tv_sec -= offset(clocks[timer]);
        if (moved.it_value.tv_sec <= 0) moved.it_value = (struct timespec){.tv_nsec = 1};
    }
    return (int)syscall(SYS_timerfd_settime, timer, flags, &moved, old);
}
