#pragma once
#include <stdint.h>

// A disk for tests: an SQLite VFS over the default one that counts what is asked of it, fails when it is told to, and knows
// what a power cut would leave of every file: what was synced, and of what was not, whatever happened to get there.
typedef struct faulty_disk faulty_disk;

// What is counted and can fail. Other operations never fail.
enum {
    FAULTY_WRITE = 1,
    FAULTY_SYNC = 2,
    FAULTY_TRUNCATE = 4,
    FAULTY_DELETE = 8,
    FAULTY_OPEN = 16,
    FAULTY_READ = 32,
    // Making the shared index of a log larger.
    FAULTY_SHARE = 64,
};

// Registers a VFS of this name; NULL without memory. The name is copied.
faulty_disk *faulty_disk_make(const char *name);

// Waits until no file of it is open any more, which may be the work of another thread.
void faulty_disk_wait_until_closed(faulty_disk *disk);

// The same, and then it is gone.
void faulty_disk_free(faulty_disk *disk);

// From now on it says of everything that it is synced, and syncs nothing. Before a file is opened.
void faulty_disk_lie(faulty_disk *disk);

// From now on operations of these kinds are counted from 1, and those from `first` on, `count` in all, fail: writes with
// `write_code`, some of them half done; the others with SQLite's code for them. A sync that fails loses what it should have kept, or
// keeps some of it. `count` 0: none fails.
void faulty_disk_fail(faulty_disk *disk, int kinds, int64_t first, int64_t count, int write_code);

// Operations counted, and how many of them failed.
int64_t faulty_disk_operations(faulty_disk *disk);
int64_t faulty_disk_failures(faulty_disk *disk);

// Bytes of logs that were written and not synced since.
int64_t faulty_disk_unsynced(faulty_disk *disk);

// Writes to the file `target` what a power cut now would leave of the file `path`: nothing, something or all of what was not
// synced, as the seed draws. Gives 1 where it would leave the file, 0 where there would be none, and -1 for a failure.
int faulty_disk_cut_power(faulty_disk *disk, const char *path, const char *target, uint64_t seed);
