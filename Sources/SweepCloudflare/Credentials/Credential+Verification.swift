package import SweepModel

extension Credential {
    /// The questions that tell whether the API accepts the credential, the best one first; each tells about an account or zone
    /// out of `scopes`, which must not be empty. A further one is to be asked only where the answer before it was no: each of
    /// the two verify endpoints refuses the other kind of token, and an old token does not show its kind.
    package func questions(serving scopes: [Scope]) -> [(question: LookupCall.Question, scope: Scope)] {
        let account = scopes.first { $0.kind == .account }
        guard let any = account ?? scopes.first else { return [] }
        // What no verify endpoint knows is asked whether it may read Access: that it may proves that it works.
        let ofAccount: (LookupCall.Question, Scope) = account.map { (.accountToken, $0) } ?? (.mayRead, any)
        switch self {
        case .key: return [(.mayRead, any)]
        case .token(let secret) where secret.reveal().hasPrefix("cfat_"): return [ofAccount]
        case .token(let secret) where secret.reveal().hasPrefix("cfut_"): return [(.userToken, any)]
        case .token: return [(.userToken, any), ofAccount]
        }
    }
}
