// What ThreadSanitizer has to be told of Swift's Mutex; empty in every other build.
//
// Its quick path is compiled into the program, where the sanitizer sees it. Its slow path, for a lock that another thread holds, lies in
// the Swift library, which is not instrumented: every value that changed hands there would be reported as a race.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"
#define SELF __attribute__((swift_context)) void *handle

typedef __attribute__((swiftcall)) void (*lock)(uint32_t, SELF);
typedef __attribute__((swiftcall)) void (*unlock)(SELF);

void __tsan_acquire(void *address);
void __tsan_release(void *address);

__attribute__((swiftcall)) void lock_slowly(uint32_t thread, SELF) __asm__(LOCK);
__attribute__((swiftcall)) void unlock_slowly(SELF) __asm__(UNLOCK);

__attribute__((swiftcall)) void lock_slowly(uint32_t thread, SELF) {
    ((lock)dlsym(RTLD_NEXT, LOCK))(thread, handle);
    __tsan_acquire(handle);
}

__attribute__((swiftcall)) void unlock_slowly(SELF) {
    __tsan_release(handle);
    ((unlock)dlsym(RTLD_NEXT, UNLOCK))(handle);
}
#endif
#endif
