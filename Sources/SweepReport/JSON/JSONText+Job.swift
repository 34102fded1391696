package import SweepModel

/// A job as an object.
extension JSONText {
    /// The last line of `run --json`: `{"summary":{…}}`, no line break.
    package static func summary(_ job: JobOverview) -> JSONText {
        var json = JSONText()
        json.object { json in
            json.object("summary") { $0.members(of: job) }
        }
        return json
    }

    /// What `status`, `jobs` and the summary tell of a job, as members of the object that is open.
    package mutating func members(of job: JobOverview) {
        member("job", Int(job.id.value))
        member("name", job.name)
        member("state", job.state.rawValue)
        member("stop_reason", job.stopReason)
        member("plan_id", job.planID)
        member("reason", job.reason)
        member("evidence_head", job.evidenceHead?.description)
        member("action", job.action.rawValue)
        member("base_url", job.baseURL)
        member("created_at", job.createdAt)
        member("finished_at", job.finishedAt)
        member("verified_at", job.verifiedAt)
        array("manifests") { json in
            for manifest in job.manifests { json.element(manifest) }
        }
        members(of: job.tally, job.action)
        member("duplicates", job.duplicates)
        array("scopes") { json in
            for entry in job.scopes {
                json.object { json in
                    json.member("scope", entry.scope.kind.rawValue)
                    json.member("scope_id", entry.scope.id.description)
                    json.members(of: entry.tally, job.action)
                }
            }
        }
    }

    /// `outcomes` with every state that jobs with that action know, also those with no item; `total` and `gone`.
    package mutating func members(of tally: Tally, _ action: JobAction) {
        object("outcomes") { json in
            for state in ItemState.allCases where state.onlyAction ?? action == action { json.member(state.rawValue, tally[state]) }
        }
        member("total", tally.total)
        member("gone", tally.gone)
    }
}
