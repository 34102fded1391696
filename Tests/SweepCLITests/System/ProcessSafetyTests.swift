import Glibc
import Testing

@testable import SweepCLI

@Suite("What a process that holds credentials does first")
struct ProcessSafetyTests {
    @Test func `forbids that its memory is dumped or read by others`() async {
        await #expect(processExitsWith: .exitCode(0)) {
            ProcessSafety.prepare()
            exit(ProcessSafety.mayBeDumped ? 1 : 0)
        }
    }

    @Test func `leaves no handler in place that could print its memory when it crashes`() async {
        await #expect(processExitsWith: .signal(SIGSEGV)) {
            _ = signal(SIGSEGV) { _ in _exit(1) }
            ProcessSafety.prepare()
            _ = raise(SIGSEGV)
        }
    }
}
