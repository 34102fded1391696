import SweepManifest
import SweepModel

/// Bytes in memory, handed out in pieces of a given size: 1 is the hardest on a reader.
struct ChunkedSource: ByteSource {
    private var rest: ArraySlice<UInt8>
    private let size: Int

    init(_ bytes: [UInt8], size: Int) {
        rest = bytes[...]
        self.size = size
    }

    mutating func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let piece = rest.prefix(min(size, buffer.count))
        rest = rest.dropFirst(piece.count)
        buffer.copyBytes(from: piece)
        return piece.count
    }
}

/// Ids that are used all over these tests.
enum Sample {
    static let uuid = "f174e90a-fafe-4643-bbbc-4a0ed4fc8415"
    static let other = "0a1b2c3d-0000-4000-8000-0123456789ab"
    static let account = "023e105f4ecef8ad9ca31a8372d0c353"
    static let zone = "9a7806061c88ada191ed06f989cc3dac"
    static let clientID = "88bf3b6d86161464f6509f7219099e57.access.example.com"
    static let clientSecret = String(repeating: "a1b2", count: 16)
    static let scope = ScopeID(account).map { Scope(.account, $0) }
}

/// What a reader makes of a manifest, to its end.
struct Reading: Equatable {
    var rows: [ManifestRow] = []
    var ignored: [String] = []

    var requests: [DeletionRequest] {
        rows.compactMap { if case .request(let request) = $0 { request } else { nil } }
    }

    var invalid: [InvalidRow] {
        rows.compactMap { if case .invalid(let row) = $0 { row } else { nil } }
    }

    init(_ bytes: [UInt8], chunk: Int, window: Int, defaultScope: Scope?, limits: ManifestLimits) throws(ManifestError) {
        var limits = limits
        limits.chunkBytes = window
        let source = ChunkedSource(bytes, size: chunk)
        var reader = try ManifestReader(name: "m.csv", source: source, defaultScope: defaultScope, limits: limits)
        while case let batch = try reader.nextBatch(of: 7), !batch.isEmpty { rows += batch }
        ignored = reader.ignoredFields
    }
}

/// Reads bytes whole, byte by byte and in pieces of 7 through a window that has to grow; all must agree, also on errors.
func read(_ bytes: [UInt8], defaultScope: Scope? = nil, limits: ManifestLimits = ManifestLimits()) throws -> Reading {
    func attempt(_ chunk: Int, _ window: Int) -> Result<Reading, ManifestError> {
        Result { () throws(ManifestError) in
            try Reading(bytes, chunk: chunk, window: window, defaultScope: defaultScope, limits: limits)
        }
    }
    let whole = attempt(.max, 1 << 22)
    for other in [attempt(1, 1 << 12), attempt(7, 1), attempt(1, 3)] where other != whole {
        throw Disagreement(whole: "\(whole)", pieces: "\(other)")
    }
    return try whole.get()
}

func read(_ text: String, defaultScope: Scope? = nil, limits: ManifestLimits = ManifestLimits()) throws -> Reading {
    try read(Array(text.utf8), defaultScope: defaultScope, limits: limits)
}

/// The size of the pieces changed what was read.
struct Disagreement: Error {
    var whole: String
    var pieces: String
}
