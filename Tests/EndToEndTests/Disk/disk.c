// Loaded before the C library (LD_PRELOAD), this is a disk that begins to fail, for a queue's files alone.
//
// DISK_SHIM=KIND:FIRST:NUMBER:TAIL lets writes (KIND w) or syncs (s) of files whose name ends with queue.db and TAIL (`.` for nothing) fail
// with the error NUMBER, from the FIRST one on that the process asks for. DISK_TRACE names a file that gets a letter for each of them, a
// capital one where it failed. It is compiled by the tests, as the clock is.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static atomic_int asked;

// Whether the descriptor is one of the queue's files whose name ends as the test wants.
static int concerns(int descriptor, const char *tail) {
    char link[64], path[4096], end[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    snprintf(end, sizeof end, "/queue.db%s", tail);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < (ssize_t)strlen(end)) return 0;
    path[length] = 0;
    return !strcmp(path + length - strlen(end), end);
}

static void note(char letter) {
    const char *path = getenv("DISK_TRACE");
    int file = path ? (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
    if (file < 0) return;
    syscall(SYS_write, file, &letter, 1);
    syscall(SYS_close, file);
}

// Whether this operation fails; errno then says why.
static int fails(int descriptor, char kind) {
    int before = errno, first = 0, number = 0;
    char wanted = 0, tail[32] = "";
    const char *words = getenv("DISK_SHIM");
    if (!words || sscanf(words, "%c:%d:%d:%31s", &wanted, &first, &number, tail) < 4) abort();
    // No conversion reads an empty text.
    if (!strcmp(tail, ".")) tail[0] = 0;
    int isIt = kind == wanted && concerns(descriptor, tail);
    int isNow = isIt && atomic_fetch_add(&asked, 1) + 1 >= first;
    if (isIt) note(isNow ? kind - 'a' + 'A' : kind);
    errno = isNow ? number : before;
    return isNow;
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t place) {
    return fails(descriptor, 'w') ? -1 : syscall(SYS_pwrite64, descriptor, bytes, count, place);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t place) { return pwrite64(descriptor, bytes, count, place); }

ssize_t write(int descriptor, const void *bytes, size_t count) {
    return fails(descriptor, 'w') ? -1 : syscall(SYS_write, descriptor, bytes, count);
}

int fdatasync(int descriptor) { return fails(descriptor, 's') ? -1 : (int)syscall(SYS_fdatasync, descriptor); }

int fsync(int descriptor) { return fails(descriptor, 's') ? -1 : (int)syscall(SYS_fsync, descriptor); }
