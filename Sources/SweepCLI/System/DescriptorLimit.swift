import Glibc

/// How many files and connections this process may have open.
enum DescriptorLimit {
    /// For standard streams, the queue with its log, lock and readers, reports, and threads that wait for events.
    private static let reserved = 40

    /// Requests that can be in flight at once, however many are wanted; at least one. A connection that is being made may need
    /// three descriptors: two addresses are tried beside each other, and a name is looked up.
    static func concurrency(atMost wanted: Int) -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return wanted }
        let room = Int(clamping: limit.rlim_cur) - reserved
        return max(1, min(wanted, room / 3))
    }
}
