import Glibc

/// Milliseconds that never go back, and milliseconds since the epoch.
enum Clock {
    static var monotonic: Int { read(CLOCK_MONOTONIC) }

    static var epoch: Int { read(CLOCK_REALTIME) }

    private static func read(_ clock: clockid_t) -> Int {
        var time = timespec()
        // Fails only for a clock that does not exist; these two do.
        precondition(clock_gettime(clock, &time) == 0, "the clock cannot be read")
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }
}
