import SweepModel
import SweepReport
import SweepServe

/// What the live page says, by the same code as the commands and the reports.
struct ReportEncoder: LiveEncoder {
    func jobs(_ list: JobList) -> [UInt8] { Array(JobsCommand.json(list).utf8) }

    func job(_ status: JobStatus) -> [UInt8] { Array(StatusText.json(status).utf8) }

    func progress(_ status: JobStatus, at now: Timestamp) -> [UInt8] {
        let job = status.job
        var json = JSONText()
        json.object { json in
            json.member("job", Int(job.id.value))
            json.member("name", job.name)
            json.member("state", job.state.rawValue)
            json.member("running", status.owner != nil)
            json.member("state_text", StatusText.state(job, status.owner, status.wish))
            json.member("verdict", Verdict.sentence(job.tally, job.action))
            json.member("next", status.owner == nil ? Self.next(job) : nil)
            json.member("reason", job.reason)
            json.member("base_url", JobFacts.isPublic(job.baseURL) ? nil : job.baseURL)
            json.member("action", job.action.rawValue)
            json.member("created_at", job.createdAt)
            json.member("finished_at", job.finishedAt)
            json.members(of: job.tally, job.action)
            json.member("final", job.tally.final)
        }
        return json.bytes
    }

    func lanes(_ lanes: [LaneStatus], at now: Timestamp) -> [UInt8] {
        var json = JSONText()
        json.array { json in
            for lane in lanes {
                json.object { json in
                    json.member("name", Self.name(of: lane))
                    json.member("scopes", lane.scopes.count)
                    json.member("total", lane.tally.total)
                    json.member("final", lane.tally.final)
                    json.member("gone", lane.tally.gone)
                    json.member("open", lane.tally.open)
                    json.budget(of: lane)
                    json.member("earliest_end", lane.earliestEnd)
                }
            }
        }
        return json.bytes
    }

    func tokens(_ page: ItemPage) -> [UInt8] {
        let rows = page.rows.map { Array("{\"item\":\($0.item),".utf8) + token($0.row).dropFirst() }
        let next = page.next.map { ",\"next\":\($0)" } ?? ""
        return Array("{\"tokens\":[".utf8) + rows.joined(separator: [UInt8(ascii: ",")]) + Array("]\(next)}".utf8)
    }

    func token(_ row: ReportRow) -> [UInt8] { JSONText.item(row).bytes }

    func problem(_ code: String, _ message: String) -> [UInt8] {
        var json = JSONText()
        json.object { json in
            json.member("error", code)
            json.member("message", message)
        }
        return json.bytes
    }

    func message(of error: QueueError) -> String { TerminalText.sanitised(error.message) }

    /// `account 023e… and 2 more`
    private static func name(of lane: LaneStatus) -> String {
        guard let first = lane.scopes.first else { return "no account" }
        return lane.scopes.count > 1 ? "\(first) and \(HumanText.number(lane.scopes.count - 1)) more" : "\(first)"
    }

    private static func next(_ job: JobOverview) -> String? {
        job.state == .finished ? nil : "tokensweep resume \(ShellText.word(for: job))"
    }
}

extension JSONText {
    fileprivate mutating func budget(of lane: LaneStatus) {
        guard let budget = lane.budget else { return }
        object("budget") { json in
            json.member("requests", budget.requests)
            json.member("reserve", budget.reserve)
            json.member("allowance", budget.allowance)
            json.member("window_seconds", budget.period.inSeconds)
            json.member("used", lane.used)
            json.member("left", max(0, budget.allowance - lane.used))
        }
    }
}
