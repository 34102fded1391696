#pragma once
// Calls about this process that only Linux has.
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

// Swift cannot call variadic functions.

// After it no core file is written, also not by a program that the kernel hands it to, and no other process of the same user reads
// this one's memory or environment. Returns 0, or -1 with errno set.
static inline int cprocess_forbid_dumps(void) {
    return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

// After it no program that this process starts inherits a file from `first` on. Returns 0, or -1 with errno set, as on kernels before 5.11.
// The C library shows close_range only to those who ask for its extensions; 4 is CLOSE_RANGE_CLOEXEC.
static inline int cprocess_keep_files_from_children(unsigned first) {
    return (int)syscall(SYS_close_range, first, ~0u, 4u);
}

// 0 where dumps are forbidden.
static inline int cprocess_may_be_dumped(void) {
    return prctl(PR_GET_DUMPABLE, 0, 0, 0, 0);
}
