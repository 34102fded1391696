import Glibc

/// The readers of input that libFuzzer can be pointed at.
///
/// A target takes any bytes and ends the process where a promise is broken; false keeps bytes that are another target's out of the corpus.
enum FuzzTarget: String, CaseIterable {
    case csv, jsonl, job, credentials, body, ratelimit, durations, globs

    var run: @Sendable ([UInt8]) -> Bool {
        switch self {
        case .csv: { fuzzManifest($0, isJSON: false) }
        case .jsonl: { fuzzManifest($0, isJSON: true) }
        case .job: fuzzJobFile
        case .credentials: fuzzCredentialsFile
        case .body: fuzzBody
        case .ratelimit: fuzzRateLimit
        case .durations: fuzzDurations
        case .globs: fuzzGlobs
        }
    }

    /// The one that `TOKENSWEEP_FUZZ_TARGET` names.
    static let chosen: FuzzTarget = {
        let name = getenv("TOKENSWEEP_FUZZ_TARGET").map { String(cString: $0) } ?? ""
        guard let target = FuzzTarget(rawValue: name) else {
            fatalError("TOKENSWEEP_FUZZ_TARGET is one of \(allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return target
    }()
}

private let target = FuzzTarget.chosen.run

private typealias Words = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>, _ words: UnsafeMutablePointer<Words>,
    _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// What the package manager makes the program's `main`.
@_cdecl("fuzz_main")
func fuzzMain(_ count: CInt, _ words: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> CInt {
    var (count, words) = (count, words)
    return runDriver(&count, &words) { data, size in
        target(Array(UnsafeBufferPointer(start: data, count: size))) ? 0 : -1
    }
}

/// Ends the process, which libFuzzer takes for a finding, where a promise does not hold.
func promise(_ holds: Bool, _ words: @autoclosure () -> String) {
    if !holds { fatalError(words()) }
}

/// Whether two texts are the same bytes: `==` takes a letter with an accent for a letter and an accent.
func isSame(_ left: String?, _ right: String?) -> Bool { left.map { Array($0.utf8) } == right.map { Array($0.utf8) } }
