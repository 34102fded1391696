import FoundationEssentials
import Testing

@testable import SweepCloudflare

@Suite("A plain success is read quickly, and as the decoder reads it")
struct PlainSuccessTests {
    static let token = #""id":"f174e90a-fafe-4643-bbbc-4a0ed4fc8415","name":"CI é","duration":"8760h""#

    @Test(
        "What both can read they read alike",
        arguments: [
            #"{"success":true,"errors":[],"messages":[],"result":{\#(token)}}"#,
            #"{ "result" : {"client_id":"88bf.access","expires_at":"2027-01-01T00:00:00Z","enabled":false,\#(token) } , "errors" : [ ] , "success" : true }"#,
            #"{"success":true,"errors":[],"messages":[{"code":1000,"message":"a \"success\""}],"result":{"new":{"a":[1,null]},"enabled":true,"status":"active"}}"#,
            #"{"success":true,"errors":[],"result":{"id":"x","expires_at":"tomorrow"}}"#,
            "{\"success\":true,\r\n\t\"errors\":[]}\n",
        ])
    func alike(_ body: String) throws {
        let envelope = try #require(quick(Array(body.utf8)))
        #expect(try envelope == decoded(body))
        #expect(envelope.success == true)
        #expect(envelope.errors.isEmpty)
    }

    @Test(
        "What is unusual is left to the decoder",
        arguments: [
            "", "{", "{}", "[]", "null", #"{"success":true}"#, #"{"errors":[]}"#, #"{"success":false,"errors":[]}"#,
            #"{"success":1,"errors":[]}"#, #"{"success":"true","errors":[]}"#, #"{"success":truely,"errors":[]}"#,
            #"{"success":true,"errors":[{}]}"#, #"{"success":true,"errors":null}"#, #"{"success":true,"errors":{}}"#,
            #"{"success":true,"errors":[],"code":1003}"#, #"{"success":true,"errors":[],"error":"x"}"#,
            #"{"success":true,"errors":[],"message":"x"}"#, #"{"success":true,"errors":[],"result":null}"#,
            #"{"success":true,"errors":[],"result":{}}"#, #"{"success":true,"errors":[],"result":[]}"#,
            #"{"success":true,"errors":[],"result":{"id":null}}"#, #"{"success":true,"errors":[],"result":{"id":"\u0061"}}"#,
            #"{"success":true,"errors":[],"result":{"\u0069d":"a"}}"#, #"{"success":true,"errors":[],"result":{"id":"a","id":"b"}}"#,
            #"{"success":true,"errors":[],"result":{"enabled":"true"}}"#, #"{"success":true,"errors":[],"result":{"enabled":1}}"#,
            #"{"success":true,"success":true,"errors":[]}"#, #"{"success":false,"errors":[],"success":true}"#,
            #"{"success":true,"errors":[]}x"#, "{\"success\":true,\u{B}\"errors\":[]}", #"{"success":true,"errors":[],}"#,
            #"{"success":true,"errors":[]"#,
            #"{"success":true,"errors":[],"result":{"id":"a"}"#, "{\"success\":true,\"errors\":[],\"result\":{\"id\":\"\u{1}\"}}",
        ])
    func unusual(_ body: String) { #expect(quick(Array(body.utf8)) == nil) }

    @Test func whatIsNoUTF8IsLeftToTheDecoder() {
        let body = Array(#"{"success":true,"errors":[],"messages":[""#.utf8) + [0xFF] + Array(#""]}"#.utf8)
        #expect(quick(body) == nil)
    }

    /// Every byte of a plain success is once another one: what is still read must be what the decoder reads.
    @Test func noDamageMakesASuccessThatTheDecoderDoesNotSee() throws {
        let body = Array(#"{"success":true,"errors":[],"messages":[],"result":{"id":"f1","name":"CI","enabled":true}}"#.utf8)
        for index in body.indices {
            for byte in [UInt8(ascii: "\""), UInt8(ascii: "}"), UInt8(ascii: ","), UInt8(ascii: "x"), UInt8(ascii: "\\"), 0x20, 0x80, 0] {
                var damaged = body
                damaged[index] = byte
                guard let envelope = quick(damaged) else { continue }
                #expect(try envelope == decoded(String(decoding: damaged, as: UTF8.self)))
            }
        }
    }

    private func quick(_ body: [UInt8]) -> Envelope? { Envelope(plainSuccess: body.span) }

    private func decoded(_ body: String) throws -> Envelope { try JSONDecoder().decode(Envelope.self, from: Data(body.utf8)) }
}
