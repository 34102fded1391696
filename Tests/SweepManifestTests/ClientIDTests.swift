import SweepModel
import Testing

@testable import SweepManifest

@Suite("Client ids in any text")
struct ClientIDTests {
    private let digits = "88bf3b6d86161464f6509f7219099e57"

    /// The client ids of a text; every size of the pieces must find the same.
    private func found(_ text: String) throws -> [String] {
        let whole = try ClientIDScanner.read(ChunkedSource(Array(text.utf8), size: .max))
        for size in [1, 3, 33] { #expect(try ClientIDScanner.read(ChunkedSource(Array(text.utf8), size: size)) == whole) }
        return whole.map(\.description)
    }

    @Test(
        "are found wherever they stand",
        arguments: [
            "D.access", "D.access\n", "x D.access.example.com y", "{\"id\":\"D.access\"}", "\\nD.access", "\u{0}D.access.", "ffD.access",
            "D.D.access", "D.accesD.access", "D.access,D.access", "D.accessD",
        ])
    func forms(_ text: String) throws {
        #expect(try found(text.replacing("D", with: digits)) == [digits + ".access"])
    }

    @Test("are not made up", arguments: ["", "D", "D.acces", "D access", "D.acess", "D..access", "D.ACCESS", "aD .access"])
    func others(_ text: String) throws {
        #expect(try found(text.replacing("D", with: digits)) == [])
        #expect(try found("\(digits.dropFirst()).access") == [])
    }

    @Test("are told once, in their order, in lower case")
    func order() throws {
        let other = String(repeating: "0", count: 32)
        #expect(try found("\(other).access \(digits.uppercased()).access \(other).access") == [other + ".access", digits + ".access"])
    }

    @Test("what discover writes is read without a warning, what is misspelled is not passed over")
    func expectedFields() throws {
        let line = """
            {"service_token_id":"\(Sample.uuid)","client_id":"\(digits).access","name":"n","account_id":"\(Sample.account)",\
            "created_at":"2026-01-01T00:00:00.000Z","expires_at":"x","last_seen_at":"x","enabled":true,"acount":1}
            """
        let reading = try read(line)
        #expect(reading.requests.count == 1)
        #expect(reading.ignored == ["acount"])
        let csv = "service_token_id,account_id,zone_id,created_at,enabled,x\n\(Sample.uuid),\(Sample.account),,2026,true,1\n"
        #expect(try read(csv).requests.count == 1)
        #expect(try read(csv).ignored == ["x"])
    }
}
