import SweepModel
import SweepReport

/// A verification in words and in JSON.
struct VerificationText {
    let job: JobOverview
    let finding: VerificationFinding
    /// As in ``ShellText/command(_:_:_:queue:)``.
    var queue: String?
    /// Tokens that are named of each kind before the rest is only counted.
    var limit = Int.max

    /// What contradicts the job comes first.
    var lines: [String] {
        var lines: [String] = []
        let (wrong, there) = (finding.contradictions, finding.stillThere)
        if !wrong.isEmpty {
            lines.append("\(tokens(wrong.count)) LIVE although the job says gone:")
            lines += named(wrong)
        }
        if !there.isEmpty {
            lines.append("\(tokens(there.count)) still there:")
            lines += named(there)
        }
        if finding.unproven > 0 { lines.append("\(tokens(finding.unproven)) unproven:") }
        lines += finding.troubles.prefix(limit).map { "  \($0.text)" }
        if finding.unusable > 0 {
            lines.append("\(HumanText.count(finding.unusable, "row", "rows")) could not be used: nothing is known of their tokens.")
        }
        let name = TerminalText.sanitised(job.name)
        lines.append("Proven gone: \(HumanText.number(finding.gone)) of \(tokens(finding.total)) of the job \(name).")
        return lines
    }

    private func named(_ rows: [ReportRow]) -> [String] {
        let rest = rows.count - min(limit, rows.count)
        return rows.prefix(limit).map(line)
            + (rest > 0 ? ["  … and \(HumanText.number(rest)) more, which `\(ShellText.command("verify", job, queue: queue))` names"] : [])
    }

    /// One object for each token that lives, those that contradict the job first.
    var liveItems: [String] {
        (finding.contradictions + finding.stillThere).map { row in
            var json = JSONText()
            json.object { json in
                json.member("service_token_id", row.tokenText)
                json.member("scope", row.scope?.kind.rawValue)
                json.member("scope_id", row.scope?.id.description)
                json.member("name", row.name)
                json.member("outcome", row.state.rawValue)
                json.member("verdict", "live")
                json.member("contradiction", row.state.isGone)
            }
            return json.text
        }
    }

    /// `{"verification":{…}}`
    var summary: String {
        var json = JSONText()
        json.object { json in
            json.object("verification") { json in
                json.member("job", Int(job.id.value))
                json.member("name", job.name)
                json.member("evidence_head", job.evidenceHead?.description)
                json.member("total", finding.total)
                json.member("gone", finding.gone)
                json.member("live", finding.live.count)
                json.member("contradictions", finding.contradictions.count)
                json.member("unproven", finding.unproven)
                json.member("unusable", finding.unusable)
                json.array("unproven_scopes") { json in
                    for trouble in finding.troubles {
                        json.object { json in
                            json.member("scope", trouble.scope.kind.rawValue)
                            json.member("scope_id", trouble.scope.id.description)
                            json.member("reason", trouble.reason)
                        }
                    }
                }
            }
        }
        return json.text
    }

    private func tokens(_ count: Int) -> String { HumanText.count(count, "token", "tokens") }

    /// `  f174e90a-…  account 023e…  deleted  ci-deploy`
    private func line(_ row: ReportRow) -> String {
        let parts = [row.tokenText, row.scope?.description, row.state.rawValue, row.name.map { TerminalText.sanitised($0) }]
        return "  " + parts.compactMap(\.self).joined(separator: "  ")
    }
}
