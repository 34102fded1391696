#if CRASH_POINTS
    import Glibc
    import Synchronization
#endif

/// A moment that deserves to be somebody's last: in a build with `-DCRASH_POINTS` the process kills itself here when
/// `TOKENSWEEP_CRASH_POINT` is `NAME:N` and this is the N-th pass, counted from 1. In any other build nothing is left of it, not even
/// the name; `scripts/crash-test` looks.
///
/// - Parameter isReached: whether this pass counts; not evaluated in other builds.
// Underscored, but the only way to leave no symbol of an empty function behind.
@_alwaysEmitIntoClient
@inline(__always)
package func crashPoint(_ name: @autoclosure () -> String, when isReached: @autoclosure () -> Bool = true) {
    #if CRASH_POINTS
        if isReached() { CrashPlan.pass(name()) }
    #endif
}

#if CRASH_POINTS
    @usableFromInline
    package enum CrashPlan {
        private static let passesLeft = Mutex<[String: Int]>(read())

        @usableFromInline
        package static func pass(_ name: String) {
            let isLast = passesLeft.withLock { left in
                guard let count = left[name] else { return false }
                left[name] = count - 1
                return count == 1
            }
            guard isLast else { return }
            // Fails for no process of one's own.
            _ = kill(getpid(), SIGKILL)
            // Not even the thread that asked for it may do anything more.
            while true { pause() }
        }

        private static func read() -> [String: Int] {
            guard let value = getenv("TOKENSWEEP_CRASH_POINT") else { return [:] }
            let parts = String(cString: value).split(separator: ":")
            guard parts.count == 2, let count = Int(parts[1]) else { return [:] }
            return [String(parts[0]): count]
        }
    }
#endif
