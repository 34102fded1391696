import FoundationEssentials
import Glibc

/// Where the built programs are: in `TOKENSWEEP_BINARIES`, else beside the test bundle.
package enum Binaries {
    package static var tokensweep: String { folder + "/tokensweep" }
    package static var simulator: String { folder + "/cloudflare-simulator" }

    /// Whether the programs were built for use, and not for debugging: what `TOKENSWEEP_BINARIES` is for.
    package static var areReleased: Bool { chosenFolder != nil }

    private static let chosenFolder = ProcessInfo.processInfo.environment["TOKENSWEEP_BINARIES"].flatMap { $0.isEmpty ? nil : $0 }

    private static let folder = chosenFolder ?? besideTests

    /// Where the test bundle is.
    private static let besideTests: String = {
        var target = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &target, target.count)
        let path = String(decoding: target.prefix(max(0, count)).map(UInt8.init(bitPattern:)), as: UTF8.self)
        return path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    }()
}
