import SweepModel
import Testing

@testable import SweepCloudflare

@Suite("Nothing is gone without proof")
struct ProofOfGoneTests {
    @Test(
        "Not every 404 is an absence",
        arguments: [
            ("", AnswerClass.temporary(fateUnknown: false)),
            ("<html><title>404 Not Found</title></html>", .temporary(fateUnknown: false)),
            ("404 page not found", .temporary(fateUnknown: false)),
            ("[]", .temporary(fateUnknown: false)),
            ("{}", .temporary(fateUnknown: false)),
            (#"{"timestamp":1,"status":404,"error":"Not Found","path":"/client/v4"}"#, .temporary(fateUnknown: false)),
            (#"{"success":true,"errors":[],"result":null}"#, .temporary(fateUnknown: false)),
            (Sample.refusal(11021, "access.api.error.policy_missing"), .refused),
            (#"{"code":1003,"error":"?"}"#, .refused),
        ])
    func notAbsent(_ body: String, _ kind: AnswerClass) {
        #expect(Sample.answer(404, body).kind == kind)
    }

    @Test(
        "An absence in the API's words",
        arguments: [
            Sample.refusal(12135, "x"),
            Sample.refusal(0, "not found"),
            Sample.refusal(4711, "access.api.error.service_token_not_found"),
            #"{"success":false,"errors":[]}"#,
            #"{"success":false,"errors":[{"code":"12135","message":"x"}]}"#,
            #"{"code":0,"error":"access.api.error.not_found"}"#,
        ])
    func absent(_ body: String) {
        #expect(Sample.answer(404, body).kind == .absent)
    }

    @Test func anAbsenceIsA404() {
        #expect(Sample.answer(200, Sample.refusal(12135, "service_token_not_found")).kind == .temporary(fateUnknown: true))
        #expect(Sample.answer(400, Sample.refusal(12135, "service_token_not_found")).kind == .refused)
    }

    @Test(
        "A success",
        arguments: [
            #"{"success":true,"errors":[],"messages":[],"result":null}"#,
            #"{"success":true}"#,
            #"{"success":true,"errors":null,"result":{}}"#,
            #"{"success":true,"result":{"id":"F174E90A-FAFE-4643-BBBC-4A0ED4FC8415","name":7}}"#,
            #"{"success":true,"messages":[{"code":10000,"message":"This API Token is valid and active"}],"result":null}"#,
            #"{"success":true,"message":"done","result":null}"#,
        ])
    func deleted(_ body: String) {
        #expect(Sample.answer(200, body).kind == .deleted)
    }

    @Test(
        "A 200 that proves nothing",
        arguments: [
            "", "<html>login</html>", "null", "true", "{}", #"{"success":"true"}"#, #"{"success":true,"err"#,
            #"{"success":false}"#, #"{"success":false,"errors":[{"code":4711,"message":"?"}]}"#,
            #"{"success":true,"errors":[{"code":4711,"message":"?"}]}"#,
            #"{"result":{"id":"f174e90a-fafe-4643-bbbc-4a0ed4fc8415"}}"#,
        ])
    func unproven(_ body: String) {
        #expect(Sample.answer(200, body).kind == .temporary(fateUnknown: true))
    }

    @Test func aRefusalWithStatus200IsKnownByItsCode() {
        #expect(Sample.answer(200, Sample.refusal(12139, "in use")).kind == .blocked)
        #expect(Sample.answer(200, Sample.refusal(7003, "Could not route")).kind == .wrongScope)
        #expect(Sample.answer(200, Sample.refusal(9109, "Invalid access token")).kind == .credentialRefused(mayPass: false))
    }

    @Test func anotherTokensDeletionIsNotThisOnes() {
        let answer = Sample.answer(200, #"{"success":true,"result":{"id":"00000000-0000-4000-8000-000000000000"}}"#)
        #expect(answer.kind == .temporary(fateUnknown: true))
        #expect(answer.reason == "the API answered for another token")
    }

    @Test(
        "Other statuses",
        arguments: [
            (101, ""), (202, Sample.success), (204, ""), (206, "{"), (301, ""), (302, Sample.success), (304, ""), (600, ""),
        ])
    func otherStatuses(_ status: Int, _ body: String) {
        #expect(Sample.answer(status, body).kind == .temporary(fateUnknown: true))
    }

    @Test func anUnreadableBodyProvesNothing() {
        #expect(Sample.answer(200, .tooLarge).kind == .temporary(fateUnknown: true))
        #expect(Sample.answer(200, .cutShort("timeout")).kind == .temporary(fateUnknown: true))
        #expect(Sample.answer(404, .cutShort("timeout")).kind == .temporary(fateUnknown: true))
        #expect(Sample.answer(404, .tooLarge).kind == .temporary(fateUnknown: false))
        #expect(Sample.answer(200, .cutShort("timeout")).details.transportError == "timeout")
    }

    @Test func withoutAnAnswerTheFateHangsOnWhetherTheRequestLeft() {
        let lost = TransportFailure(mayHaveBeenSent: true, reason: "lost", detail: "timeout")
        let unsent = TransportFailure(mayHaveBeenSent: false, reason: "no way", detail: "Could not resolve host: api")
        #expect(Answer(to: Sample.tokenID, .failure(lost)).kind == .temporary(fateUnknown: true))
        #expect(Answer(to: Sample.tokenID, .failure(unsent)).kind == .unreachable)
        #expect(Answer(to: Sample.tokenID, .failure(unsent)).details.transportError == "Could not resolve host: api")
    }
}
