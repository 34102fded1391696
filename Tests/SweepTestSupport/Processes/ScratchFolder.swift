import FoundationEssentials
import Glibc

/// A folder of a test's own, which `remove` takes away with everything in it.
package struct ScratchFolder: Sendable {
    package let path: String

    package init() throws {
        var template = Array("\(FileManager.default.temporaryDirectory.path)/tokensweep-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemFailure("make a scratch folder") }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    package func remove() throws {
        try FileManager.default.removeItem(atPath: path)
    }

    package subscript(name: String) -> String { "\(path)/\(name)" }

    /// Writes a file and returns its path.
    @discardableResult
    package func write(_ text: String, to name: String) throws -> String {
        try Data(text.utf8).write(to: URL(filePath: self[name]))
        return self[name]
    }

    package func bytes(of name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: self[name])))
    }

    /// The text of a file; what is no UTF-8 is replaced.
    package func text(of name: String) throws -> String {
        String(decoding: try bytes(of: name), as: UTF8.self)
    }

    package func copy(_ name: String, to other: ScratchFolder) throws {
        try FileManager.default.copyItem(atPath: self[name], toPath: other[name])
    }

    package func holds(_ name: String) -> Bool { access(self[name], F_OK) == 0 }

    /// Makes a folder inside and returns its path.
    package func makeFolder(_ name: String) throws -> String {
        try FileManager.default.createDirectory(atPath: self[name], withIntermediateDirectories: true)
        return self[name]
    }

    /// Paths of all files inside, relative to the folder.
    package func files() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: path).filter { name in
            var details = stat()
            return lstat(self[name], &details) == 0 && details.st_mode & S_IFMT == S_IFREG
        }
    }
}
