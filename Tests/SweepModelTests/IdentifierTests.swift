import SweepTestSupport
import Testing

@testable import SweepModel

@Suite struct IdentifierTests {
    @Test func aTokenIDIsReadInAnyCaseAndWrittenInLowerCase() throws {
        let id = try #require(TokenID("F174E90A-fafe-4643-BBBC-4a0ed4fc8415"))
        #expect(id.description == "f174e90a-fafe-4643-bbbc-4a0ed4fc8415")
        #expect(id == TokenID("f174e90a-fafe-4643-bbbc-4a0ed4fc8415"))
        #expect(id.bytes.count == 16 && id.bytes[0] == 0xF1 && id.bytes[15] == 0x15)
        #expect(TokenID(bytes: list(id.bytes)) == id)
    }

    @Test(arguments: [
        "", "f174e90afafe4643bbbc4a0ed4fc8415", "f174e90a-fafe-4643-bbbc-4a0ed4fc841", "f174e90a-fafe-4643-bbbc-4a0ed4fc84150",
        "g174e90a-fafe-4643-bbbc-4a0ed4fc8415", "f174e90a-fafe-4643-bbbc_4a0ed4fc8415", "f174e90-afafe-4643-bbbc-4a0ed4fc8415",
        " 174e90a-fafe-4643-bbbc-4a0ed4fc8415", "{f174e90a-fafe-4643-bbbc-4a0ed4fc8415}", "f174e90a-fafe-4643-bbbc-4a0ed4fc841é",
        "f174e90a-fafe-4643-bbbc-../../..0000", "ｆ174e90a-fafe-4643-bbbc-4a0ed4fc84",
    ])
    func notATokenID(_ text: String) { #expect(TokenID(text) == nil) }

    @Test(arguments: [0, 15, 17]) func sixteenBytesMakeATokenID(_ count: Int) {
        #expect(TokenID(bytes: [UInt8](repeating: 1, count: count)) == nil)
    }

    @Test(arguments: ["", "023e105f4ecef8ad9ca31a8372d0c35", "023e105f4ecef8ad9ca31a8372d0c3533", "023e105f-ecef8ad9ca31a8372d0c353"])
    func notAScopeID(_ text: String) { #expect(ScopeID(text) == nil) }

    @Test func aScopeNamesItsKindAndID() throws {
        let id = try #require(ScopeID("023E105f4ecef8ad9ca31a8372d0c353"))
        #expect(Scope(.account, id).description == "account 023e105f4ecef8ad9ca31a8372d0c353")
        #expect(Scope(.account, id) < Scope(.zone, id))
        #expect(Samples.account(1) < Samples.account(2))
        #expect(Samples.account(99) < Samples.zone(1))
    }

    @Test func orderIsThatOfTheTextAndRoundTripsHold() throws {
        var random = SeededRandom(1)
        let values = (0..<500).map { _ in
            let bytes = (0..<16).map { _ in UInt8.random(in: 0...255, using: &random) }
            return Hex128(bytes: bytes.span)
        }
        for value in values {
            #expect(Hex128(Array(value.text().utf8).span) == value)
            #expect(Hex128(bytes: value.bytes.span) == value)
            let other = try #require(values.randomElement(using: &random))
            #expect((value < other) == (value.text() < other.text()))
            #expect((value < other) == list(value.bytes).lexicographicallyPrecedes(list(other.bytes)))
        }
    }

    private func list(_ bytes: InlineArray<16, UInt8>) -> [UInt8] { bytes.indices.map { bytes[$0] } }
}
