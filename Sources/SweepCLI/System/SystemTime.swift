import Glibc
import SweepModel

/// The calendar, made steady: wall-clock time as it was when the process began, moved on by the clock of the machine's start, which
/// is never set and counts the time a laptop sleeps.
struct SystemTime: TimeSource {
    /// When the machine was started, as the wall clock had it when the process began.
    private let startOfMachine: Timestamp

    init() { startOfMachine = Timestamp(milliseconds: Self.milliseconds(of: CLOCK_REALTIME) - Self.milliseconds(of: CLOCK_BOOTTIME)) }

    var now: Timestamp { startOfMachine + Milliseconds(Self.milliseconds(of: CLOCK_BOOTTIME)) }

    /// nil where the kernel does not tell which start of the machine it is.
    var bootReading: BootReading? {
        guard let text = SystemContext.readFile("/proc/sys/kernel/random/boot_id") else { return nil }
        let boot = text.prefix { !$0.isWhitespace }
        return boot.isEmpty ? nil : BootReading(boot: String(boot), startedAt: startOfMachine, now: now)
    }

    func sleep(until moment: Timestamp) async {
        let span = moment - now
        guard span.count > 0 else { return }
        // Throws only when the task is cancelled, which ends the sleep as it should.
        try? await Task.sleep(for: .milliseconds(span.count), tolerance: .zero, clock: .continuous)
    }

    private static func milliseconds(of clock: clockid_t) -> Int64 {
        var now = timespec()
        // It fails for clocks alone that the kernel does not have.
        _ = clock_gettime(clock, &now)
        return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
    }
}
