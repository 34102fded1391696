import Glibc
import SweepTestSupport

/// A server of `Tests/EndToEndTests/Servers`, for the length of a test.
struct HelperServer: Sendable {
    let port: Int
    private let process: ChildProcess

    /// What it wrote so far, without its greeting.
    var output: String { process.output.split(separator: "\n", omittingEmptySubsequences: false).dropFirst().joined(separator: "\n") }

    /// Lends a server that listens, and ends it on every path.
    static func with<Value>(
        _ script: String, _ arguments: [String], in folder: ScratchFolder, _ body: (HelperServer) async throws -> Value
    ) async throws -> Value {
        let name = "\(script)-\(UInt32.random(in: 0 ... .max))"
        let process = try ChildProcess(
            ChildProcess.Command(
                "/usr/bin/python3", ["-B", "\(sources)/\(script).py"] + arguments, environment: [:], folder: folder.path,
                output: folder["\(name).out"], errors: folder["\(name).err"]))
        do {
            let port = try await eventually("the greeting of \(script)") {
                if process.ending != nil { throw FixtureFailure("\(script) ended: \(process.errors)") }
                let greeting = process.output.split(separator: "\n", omittingEmptySubsequences: false)
                return greeting.count > 1 ? greeting[0].split(separator: " ").last.flatMap { Int($0) } : nil
            }
            let value = try await body(HelperServer(port: port, process: process))
            await process.end()
            return value
        } catch {
            await process.end()
            throw error
        }
    }

    private static let sources = #filePath.split(separator: "/").dropLast(2).reduce("") { "\($0)/\($1)" } + "/Servers"
}

extension Workbench {
    /// The port of the simulator.
    var simulatorPort: String { simulator.baseURL.split { !$0.isNumber }.dropFirst(4).first.map(String.init) ?? "" }

    /// Runs a line of shell in the test's folder, and expects it to succeed.
    func shell(_ line: String) async throws {
        let process = try ChildProcess(
            ChildProcess.Command(
                "/bin/sh", ["-c", line], environment: ["PATH": "/usr/bin:/bin"], folder: folder.path, output: folder["shell.out"],
                errors: folder["shell.err"]))
        guard try await process.wait().exitCode == 0 else { throw FixtureFailure("\(line): \(process.errors)") }
    }

    /// Makes an authority (`ca.pem`) and a certificate of it for 127.0.0.1 with its key, and returns the path of the latter.
    ///
    /// - Parameter subject: the names that it is for.
    /// - Parameter moment: when it was made; it is valid for two days.
    func certificate(
        _ name: String = "good", for subject: String = "DNS:localhost,IP:127.0.0.1", moment: String = "now", isSelfSigned: Bool = false
    ) async throws -> String {
        let request = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
        if !folder.holds("ca.pem") {
            // Older than what it vouches for, as long as a test runs.
            try await shell("faketime '2015-01-01' \(request) -days 20000 -subj /CN=authority -keyout ca.key -out ca.pem")
        }
        let authority = isSelfSigned ? "" : "-CA ca.pem -CAkey ca.key"
        try await shell(
            """
            faketime '\(moment)' \(request) \(authority) -days 2 -subj /CN=api -addext subjectAltName=\(subject) \
                -addext basicConstraints=critical,CA:FALSE -keyout \(name).key -out \(name).crt && cat \(name).key \(name).crt > \(name).pem
            """)
        return folder["\(name).pem"]
    }

    /// What leads the program to a server on loopback that has a certificate of the test's authority.
    func overTLS(_ port: Int, host: String = "127.0.0.1") -> [String: String?] {
        ["CLOUDFLARE_BASE_URL": "https://\(host):\(port)/client/v4", "SSL_CERT_FILE": folder["ca.pem"]]
    }
}
