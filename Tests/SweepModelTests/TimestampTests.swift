import SweepModel
import SweepTestSupport
import Testing

@Suite struct TimestampTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00.000Z", 0), ("2000-02-29T00:00:00.000Z", 951_782_400_000), ("2000-03-01T00:00:00.000Z", 951_868_800_000),
        ("2026-11-23T19:21:57.042Z", 1_795_461_717_042), ("1969-12-31T23:59:59.999Z", -1),
        ("0000-03-01T00:00:00.000Z", -62_162_035_200_000),
        ("1900-03-01T00:00:00.000Z", -2_203_891_200_000), ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
    ])
    func known(_ text: String, _ milliseconds: Int64) {
        #expect(Timestamp(milliseconds: milliseconds).rfc3339 == text)
        #expect(Timestamp(rfc3339: text) == Timestamp(milliseconds: milliseconds))
    }

    @Test func everyDayOfEightHundredYearsFollowsTheOneBefore() throws {
        let lengths: [Int64] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        var (year, month, day): (Int64, Int64, Int64) = (1970, 1, 1)
        for number in 0..<Int64(292_194) {
            let date = Timestamp.date(ofDay: number)
            guard date == (year, month, day) else {
                Issue.record("day \(number) is \(date), not \(year)-\(month)-\(day)")
                return
            }
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            day += 1
            if day > lengths[Int(month) - 1] + (isLeap && month == 2 ? 1 : 0) { (month, day) = (month + 1, 1) }
            if month > 12 { (year, month) = (year + 1, 1) }
        }
        #expect(year == 2770)
    }

    @Test func randomMomentsComeBack() {
        var random = SeededRandom(2)
        for _ in 0..<5000 {
            let moment = Timestamp(milliseconds: .random(in: -62_000_000_000_000...253_000_000_000_000, using: &random))
            #expect(Timestamp(rfc3339: moment.rfc3339) == moment)
        }
    }

    @Test(arguments: [
        ("2014-01-01T05:20:00Z", "2014-01-01T05:20:00.000Z"), ("2014-01-01t05:20:00z", "2014-01-01T05:20:00.000Z"),
        ("2014-01-01 05:20:00Z", "2014-01-01T05:20:00.000Z"), ("2014-01-01T05:20:00.1Z", "2014-01-01T05:20:00.100Z"),
        ("2014-01-01T05:20:00.123456789Z", "2014-01-01T05:20:00.123Z"), ("2014-01-01T05:20:00+05:20", "2014-01-01T00:00:00.000Z"),
        ("2014-01-01T00:00:00.5-00:30", "2014-01-01T00:30:00.500Z"), ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z"),
        ("2024-02-29T23:59:59+00:00", "2024-02-29T23:59:59.000Z"), ("0000-01-01T00:00:00+00:00", "0000-01-01T00:00:00.000Z"),
        ("0001-01-01T00:00:00+23:59", "0000-12-31T00:01:00.000Z"),
    ])
    func otherForms(_ text: String, _ canonical: String) { #expect(Timestamp(rfc3339: text)?.rfc3339 == canonical) }

    @Test(arguments: [
        "", "2014", "2014-01-01", "2014-01-01T05:20Z", "2014-01-01T05:20:00", "2014-13-01T00:00:00Z", "2014-00-01T00:00:00Z",
        "2014-01-32T00:00:00Z", "2014-01-00T00:00:00Z", "2014-01-01T24:00:00Z", "2014-01-01T00:60:00Z", "2014-01-01T00:00:61Z",
        "2014-01-01T00:00:00ZZ", "2014-01-01T00:00:00+0200", "2014-01-01T00:00:00.Z", "2014-1-1T00:00:00Z", "-014-01-01T00:00:00Z",
        "2014-01-01T00:00:00 Z", "2014-01-01T00:00:00:", "2023-02-29T00:00:00Z", "2023-04-31T00:00:00Z", "1900-02-29T00:00:00Z",
        "2014-01-01T00:00:00+24:00", "2014-01-01T00:00:00+00:60",
        // Years that four digits cannot write.
        "0000-01-01T00:00:00+00:01", "9999-12-31T23:59:60Z", "9999-12-31T23:59:59-00:01", "２014-01-01T00:00:00Z",
    ])
    func nonsense(_ text: String) { #expect(Timestamp(rfc3339: text) == nil) }

    @Test func spansAddAndCompare() {
        let moment = Timestamp(milliseconds: 1000)
        #expect(moment + .seconds(2) - moment == Milliseconds(2000))
        #expect(moment - Milliseconds(1) < moment)
        #expect(Milliseconds(1500).inSeconds == 1.5 && Milliseconds(3) * 4 == Milliseconds(12))
        #expect(Timestamp.distantPast < moment && moment < .distantFuture)
    }
}
