import CloudflareSimulator
import Testing

@Suite struct JSONTests {
    @Test func textIsEscaped() throws {
        let value: JSON = ["a\"b": "\\\n\r\t\u{1}é", "list": [1, true, .null, .double(0.5)]]
        #expect(value.text == #"{"a\"b":"\\\n\r\t\u0001é","list":[1,true,null,0.5]}"#)
        #expect(try JSON.parse(value.text.utf8) == value)
    }

    @Test func commentsOnlyWhereTheyAreAllowed() throws {
        let text = "{ a: 1, /* b */ 'c': [2,], } // d"
        #expect(try JSON.parse(text.utf8, lenient: true) == ["a": 1, "c": [2]])
        #expect(throws: (any Error).self) { try JSON.parse(text.utf8) }
    }

    @Test func chanceIsTheSameOnEveryMachine() {
        let draw = Draw(seed: 1).mixing("token").mixing(7)
        #expect(draw.bits == Draw(seed: 1).mixing("token").mixing(7).bits)
        #expect(draw.bits != Draw(seed: 2).mixing("token").mixing(7).bits)
        #expect((0..<1).contains(draw.unit))
    }
}
