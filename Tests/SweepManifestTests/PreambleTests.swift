import SweepModel
import Testing

@testable import SweepManifest

/// The error that reading a file as a whole ends with; nil when it is read.
func fileError(_ bytes: [UInt8]) throws -> ManifestError? {
    do {
        _ = try read(bytes, defaultScope: Sample.scope)
        return nil
    } catch let error as ManifestError {
        return error
    }
}

func fileError(_ text: String) throws -> ManifestError? { try fileError(Array(text.utf8)) }

@Suite("Files that are no manifests, and header lines")
struct PreambleTests {
    @Test("UTF-16 and UTF-32 are refused, with and without a byte order mark")
    func wideText() throws {
        let little = Array("id\n".utf16).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        let big = Array("id\n".utf16).flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        let wide: [UInt8] = [0, 0, 0xFE, 0xFF, 0, 0, 0, 0x69]
        for bytes in [little, big, [0xFF, 0xFE] + little, [0xFE, 0xFF] + big, wide] {
            let error = try fileError(bytes)
            #expect(error?.code == .encoding)
            #expect(error?.hint?.contains("iconv -f utf-16") == true)
        }
    }

    @Test(
        "other formats are refused with a remedy",
        arguments: [
            ("<!doctype html><html>", "login"), ("\n\n  <html>", "login"), ("\u{FEFF}[{\"id\":1}]", "jq -c '.[]'"),
            ("{\n  \"id\": \"x\"\n}\n", "jq -c ."), ("PK\u{3}\u{4}rest", "CSV"), ("%PDF-1.7", "CSV"), ("SQLite format 3", "--queue"),
            ("BZh91AY", "bunzip2"),
        ])
    func otherFormats(text: String, remedy: String) throws {
        let error = try fileError(text)
        #expect(error?.code == .format)
        #expect(error?.hint?.contains(remedy) == true)
    }

    @Test(
        "compressed files are refused",
        arguments: [[0x1F, 0x8B, 8], [0x28, 0xB5, 0x2F, 0xFD], [0xFD, 0x37, 0x7A, 0x58, 0x5A]] as [[UInt8]])
    func compressed(magic: [UInt8]) throws {
        #expect(try fileError(magic + [0, 0, 0, 0, 0])?.reason == "a compressed file")
    }

    @Test("an empty file has no header line", arguments: ["", "\u{FEFF}", "\n\r\n \n"])
    func empty(text: String) throws {
        let error = try fileError(text)
        #expect(error?.code == .header)
        #expect(error?.reason == "the manifest is empty")
    }

    @Test("an error names the header's line")
    func headerLine() throws {
        #expect(try fileError("\r\n\r\nname,note\r\n")?.line == 3)
    }

    @Test("a header that names no token is refused, naming what was found")
    func noToken() throws {
        let error = try fileError("name,colour\u{7},zone_id\nx,y,z\n")
        #expect(error?.description == "m.csv:1: no column names a token (found: name, zone_id, colour\u{FFFD}; wanted: service_token_id)")
    }

    @Test(
        "near misses of the id are hinted at",
        arguments: ["tokenid", "service-token-id", "Service Token ID", "servicetokenid", "token_ids"])
    func nearMissOfID(name: String) throws {
        let error = try fileError("name,\(name)\nx,y\n")
        #expect(error?.code == .header)
        #expect(error?.hint?.contains("\(name): did you mean ") == true)
    }

    @Test("a header line that holds ids is told as a missing one, and secrets are not echoed")
    func dataInsteadOfHeader() throws {
        for text in ["\(Sample.uuid),\(Sample.account)\n", "\(Sample.clientSecret)\n"] {
            let error = try #require(try fileError(text))
            #expect(error.code == .header)
            #expect(error.hint?.contains("the first line must name the columns") == true)
            #expect(!error.description.contains(Sample.clientSecret))
        }
    }

    @Test(
        "a column that is probably a misspelled scope is refused, never ignored",
        arguments: [
            "acount_id", "account id", "AccountID", "account-id", "accounts_id", "zoneid", "Zone ID", "zon_id", "zone_ids", "account",
            "zone", "account_tag",
        ])
    func misspelledScope(name: String) throws {
        let error = try fileError("id,\(name)\n\(Sample.uuid),\(Sample.account)\n")
        #expect(error?.code == .misspelledScope)
        #expect(error?.hint?.contains("did you mean \(name.lowercased().hasPrefix("z") ? "zone_id" : "account_id")?") == true)
    }

    @Test("beside a scope that is spelled correctly, names of accounts and zones are information")
    func scopeInformation() throws {
        let text = "id,account_id,account,zone,account_name\n\(Sample.uuid),\(Sample.account),Example,example.com,x\n"
        let reading = try read(text)
        #expect(reading.requests.count == 1)
        #expect(reading.ignored == ["account", "zone", "account_name"])
        #expect(try fileError("id,account_id,acount_id\n")?.code == .misspelledScope)
    }

    @Test("two columns for one field are refused", arguments: ["id,id", "id,Token_ID", "id,zone_id,ZONE_ID"])
    func duplicateColumns(header: String) throws {
        #expect(try fileError(header + "\n")?.code == .duplicateField)
    }

    @Test("a header that cannot be read is refused")
    func brokenHeader() throws {
        #expect(try fileError("\"id\"x,name\n")?.hint == "text follows a closing quote")
        #expect(try fileError("id,\"name\nx,y\n")?.hint == "a quote is never closed")
        #expect(try fileError(Array("id,caf".utf8) + [0xE9, 0x0A])?.code == .encoding)
    }
}
