import SweepModel
import Testing

@testable import SweepCloudflare

@Suite("Bodies are read leniently and never trusted")
struct AnswerBodyTests {
    @Test func everyDetailReachesTheReport() {
        let body = #"""
            {"success":false,"errors":[{"code":6003,"message":"Invalid request headers",
            "documentation_url":"https://developers.example/6003","source":{"pointer":"/headers/authorization"},
            "error_chain":[{"code":6111,"message":"Invalid format for Authorization header"},{"code":6103,"message":"Odd"}]}],
            "messages":[],"result":null}
            """#
        let details = Sample.answer(400, body, headers: AnswerHeaders(rayID: "8f2a-AMS")).details
        #expect(
            details
                == AnswerDetails(
                    httpStatus: 400, errorCode: 6003, errorMessage: "Invalid request headers",
                    documentationURL: "https://developers.example/6003", sourcePointer: "/headers/authorization",
                    errorChain: "6111: Invalid format for Authorization header; 6103: Odd", rayID: "8f2a-AMS"))
    }

    @Test func aSuccessTellsOfTheToken() {
        let body = #"""
            {"success":true,"result":{"id":"f174e90a-fafe-4643-bbbc-4a0ed4fc8415","name":"CI","duration":"8760h",
            "client_id":"88bf3b6d86161464f6509f7219099e57.access","expires_at":"2014-01-01T05:20:00.12345Z","new":{"a":[]}}}
            """#
        let answer = Sample.answer(200, body)
        #expect(
            answer.token
                == TokenFacts(
                    name: "CI", clientID: "88bf3b6d86161464f6509f7219099e57.access", duration: "8760h",
                    expiresAt: Timestamp(rfc3339: "2014-01-01T05:20:00.123Z")))
        #expect(answer.details == AnswerDetails(httpStatus: 200))
    }

    @Test(
        "Fields of the wrong type are passed over",
        arguments: [
            #"{"success":true,"errors":{},"result":[1,2]}"#,
            #"{"success":true,"errors":"","result":"gone"}"#,
            #"{"success":true,"errors":[],"result":{"id":null,"name":{},"expires_at":5,"duration":[]}}"#,
            #"{"success":true,"errors":[],"result_info":7,"messages":"x","result":{"expires_at":"tomorrow"}}"#,
        ])
    func wrongTypes(_ body: String) {
        #expect(Sample.answer(200, body).details.httpStatus == 200)
    }

    @Test(
        "A code may be a number, a text, 0 or missing",
        arguments: [
            (#"{"success":false,"errors":[{"code":12130,"message":"m"}]}"#, 12130),
            (#"{"success":false,"errors":[{"code":"12130","message":"m"}]}"#, 12130),
            (#"{"success":false,"errors":[{"code":12130.0,"message":"m"}]}"#, 12130),
            (#"{"success":false,"errors":[{"code":0,"message":"m"}]}"#, nil),
            (#"{"success":false,"errors":[{"code":99999999999999999999999,"message":"m"}]}"#, nil),
            (#"{"success":false,"errors":[{"code":{},"message":"m"}]}"#, nil),
            (#"{"success":false,"errors":["m"]}"#, nil),
            (#"{"success":false,"errors":{"code":12130,"message":"m"}}"#, 12130),
            (#"{"code":12130,"error":"m"}"#, 12130),
            (#"{"code":"12130","message":"m"}"#, 12130),
        ])
    func codes(_ body: String, _ code: Int?) {
        let details = Sample.answer(400, body).details
        #expect(details.errorCode == code)
        #expect(details.errorMessage == "m")
    }

    @Test(
        "Hostile bodies are unreadable, not fatal",
        arguments: [
            String(repeating: "[", count: 500_000), String(repeating: #"{"a":"#, count: 100_000),
            #"{"success":true,"errors":"# + String(repeating: "[", count: 10_000),
            "\0\0\0", "\u{FEFF}", #"{"success":true,"success":"#, "{\"a\":\"\u{1}\"}", "-", "\"", "{\"\\ud800\":1}", "1e999999999",
        ])
    func hostile(_ body: String) {
        #expect(Sample.answer(200, body).kind == .temporary(fateUnknown: true))
        #expect(Sample.answer(404, body).kind == .temporary(fateUnknown: false))
    }

    @Test func invalidUTF8IsUnreadable() {
        #expect(Sample.answer(200, .complete([0x7B, 0xFF, 0xFE, 0x7D])).kind == .temporary(fateUnknown: true))
    }

    @Test(
        "Other bodies leave their first words",
        arguments: [
            ("<html>\n<head><TITLE lang='en'>502 Bad\n Gateway</TITLE></head>", "502 Bad Gateway"),
            ("<html><body><h1>Oh&nbsp;no</h1><p>it broke</body>", "Oh&nbsp;no it broke"),
            ("error code: 522", "error code: 522"), ("", nil), ("<><><", nil),
            ("using cfut_SampleSampleSampleSampleSampleSample01 now", "using <redacted> now"),
        ])
    func excerpts(_ body: String, _ excerpt: String?) {
        #expect(Sample.answer(502, body).details.errorMessage == excerpt)
    }

    @Test func textsAreCappedAndRedacted() {
        let secret = String(repeating: "a1", count: 32)
        let answer = Sample.answer(400, Sample.refusal(4711, "\\u0000key \(secret) " + String(repeating: "é", count: 9_000)))
        let message = answer.details.errorMessage ?? ""
        #expect(message.unicodeScalars.count == 500)
        #expect(message.hasPrefix("key <redacted> é"))
    }

    @Test func aSecretAcrossTheCapIsStillSeenWhole() {
        let message = String(repeating: ".", count: 480) + " " + String(repeating: "a1", count: 32)
        #expect(Excerpt.clean(message).hasSuffix(". <redacted>"))
    }
}
