import Glibc
import SweepModel
import Testing

@testable import SweepManifest

@Suite("Files")
struct FileSourceTests {
    /// Runs the body with the path of a new file of these bytes, and removes the file.
    private func withFile(_ text: String, _ body: (String) throws -> Void) throws {
        var template = Array("/tmp/manifest-test-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        try #require(descriptor >= 0)
        let path = template.withUnsafeBufferPointer { String(decoding: $0.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self) }
        defer { unlink(path) }
        let written = Array(text.utf8).withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        try #require(close(descriptor) == 0 && written == text.utf8.count)
        try body(path)
    }

    @Test("a file is read to its end, in batches, under the name that the user gave")
    func readsFile() throws {
        let rows = (0..<5000).map { _ in "\(Sample.uuid),\(Sample.account)\n" }.joined()
        try withFile("id,account_id\n" + rows) { path in
            var reader = try ManifestReader(path: path, defaultScope: nil)
            var sizes: [Int] = []
            while case let batch = try reader.nextBatch(of: 2000), !batch.isEmpty { sizes.append(batch.count) }
            #expect(sizes == [2000, 2000, 1000])
            #expect(try reader.nextBatch(of: 1).isEmpty)
        }
    }

    @Test("the descriptor is closed on exec and with its owner")
    func ownsDescriptor() throws {
        try withFile("id\n") { path in
            let source = try FileSource(path: path)
            #expect(fcntl(source.descriptor, F_GETFD) & FD_CLOEXEC != 0)
        }
        let before = openDescriptors()
        try withFile("id\n") { path in
            for _ in 0..<50 { _ = try FileSource(path: path) }
        }
        // Other tests open and close a few at the same time.
        #expect(openDescriptors() < before + 40)
    }

    private func openDescriptors() -> Int { (0..<1024).count { fcntl($0, F_GETFD) != -1 } }

    @Test("a missing file and a directory have their errors")
    func errors() {
        let missing = ManifestError(.notFound, file: "/tmp/no/such.csv", reason: "no such file")
        #expect(throws: missing) { try FileSource(path: "/tmp/no/such.csv") }
        #expect(throws: ManifestError(.isDirectory, file: "/tmp", reason: "this is a directory, not a file")) {
            try FileSource(path: "/tmp")
        }
    }

    @Test("a file without the permission to read it has its error", .enabled(if: geteuid() != 0, "root may read everything"))
    func permission() throws {
        try withFile("id\n") { path in
            try #require(chmod(path, 0) == 0)
            #expect(throws: ManifestError(.permission, file: path, reason: "no permission to read this file")) {
                try FileSource(path: path)
            }
        }
    }
}
