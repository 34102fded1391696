import SweepModel

/// One kind of answer to a request for a token that is known.
struct CatalogueRow: Sendable {
    enum Statuses: Sendable {
        case any
        case of(Set<Int>)
        case range(ClosedRange<Int>)

        func contains(_ status: Int) -> Bool {
            switch self {
            case .any: true
            case .of(let statuses): statuses.contains(status)
            case .range(let statuses): statuses.contains(status)
            }
        }
    }

    enum Codes: Sendable {
        /// Whatever the body holds, also nothing.
        case any
        /// The API's envelope says "no success", and none of its errors has a code.
        case none
        case of(Set<Int>)
    }

    var statuses: Statuses
    var codes: Codes
    /// In lower case; part of an error's message.
    var message: String?
    var kind: AnswerClass
    /// For the report; without variable parts.
    var reason: String

    init(_ statuses: Statuses, _ codes: Codes, saying message: String? = nil, _ kind: AnswerClass, _ reason: String) {
        self.statuses = statuses
        self.codes = codes
        self.message = message
        self.kind = kind
        self.reason = reason
    }
}

/// The answers to a DELETE that are known, apart from success. The first row that fits an answer decides, so the order is part
/// of the meaning: a code for "too fast" outranks every status, a message that tells two uses of one code apart comes before the
/// code alone, and "absent" comes last, because it is the only one that ends in "gone".
enum ErrorCatalogue {
    static let rows: [CatalogueRow] = pace + failures + credentials + scopes + requests + absence

    private static let pace: [CatalogueRow] = [
        .init(.any, .of([971, 10100, 10429]), .rateLimited, "the API's rate limit was exceeded"),
        .init(.of([429]), .any, .rateLimited, "the API's rate limit was exceeded"),
    ]

    private static let failures: [CatalogueRow] = [
        .init(.any, .of([1000]), saying: "timeout", .temporary(fateUnknown: true), "the API timed out"),
        .init(.of([403, 500]), .of([10001]), saying: "internal", .temporary(fateUnknown: true), "the API failed inside"),
        .init(.any, .any, saying: "access.api.error.internal_server_error", .temporary(fateUnknown: true), "the API failed inside"),
        .init(.of([408]), .any, .temporary(fateUnknown: true), "the API timed out"),
        .init(.range(500...599), .any, .temporary(fateUnknown: true), "the API failed"),
    ]

    private static let credentials: [CatalogueRow] = [
        .init(.of([401, 403]), .of([10000]), .credentialRefused(mayPass: true), "the credential was refused"),
        .init(.of([405]), .of([10000]), .credentialRefused(mayPass: false), "API tokens are not accepted here"),
        .init(.of([403, 405]), .of([10001]), .credentialRefused(mayPass: false), "the credential may not do that"),
        .init(.of([403]), .of([1010]), .credentialRefused(mayPass: false), "the credential may only read"),
        .init(.of([403]), .of([1007]), .credentialRefused(mayPass: false), "the credential lacks a permission"),
        .init(
            .of([400, 401, 403]), .of([9109]), saying: "from location", .credentialRefused(mayPass: false),
            "the credential may not be used from this address"),
        .init(.of([400, 401, 403]), .of([9109]), .credentialRefused(mayPass: false), "the credential is not valid, or not from here"),
        .init(.of([400, 401, 403]), .of([1000]), .credentialRefused(mayPass: false), "the API token is not valid"),
        .init(.of([400, 401, 403]), .of([6003]), .credentialRefused(mayPass: false), "the credential is malformed"),
        .init(.of([400, 401, 403]), .of([9103, 9106]), .credentialRefused(mayPass: false), "the email or key is unknown"),
    ]

    private static let scopes: [CatalogueRow] = [
        .init(.of([400, 404]), .of([7003, 7000]), .wrongScope, "there is no such account or zone"),
        .init(.of([400, 403, 404]), .of([9999]), .wrongScope, "Zero Trust is not set up there"),
    ]

    private static let requests: [CatalogueRow] = [
        .init(.of([400, 409]), .of([12139]), .blocked, "in use by a policy, a group or a SCIM configuration"),
        .init(.of([400, 409]), .any, saying: "service_token_in_use", .blocked, "in use by a policy, a group or a SCIM configuration"),
        .init(.of([400, 409]), .of([12132]), .temporary(fateUnknown: false), "a conflicting change was under way"),
        .init(.of([400]), .of([12130]), .refused, "the API called the request invalid"),
    ]

    private static let absence: [CatalogueRow] = [
        .init(.of([404]), .of([12135]), .absent, "no such token"),
        .init(.of([404]), .any, saying: "service_token_not_found", .absent, "no such token"),
        .init(.of([404]), .any, saying: "access.api.error.not_found", .absent, "no such token"),
        .init(.of([404]), .none, .absent, "no such token"),
    ]
}

extension ErrorCatalogue {
    /// The first row that fits, and the error of the body that made it fit.
    static func find(status: Int, _ body: AnswerBody) -> (row: CatalogueRow, error: APIError?)? {
        for row in rows where row.fits(status: status) {
            switch (row.codes, row.message, body) {
            case (.any, nil, .object(let envelope)): return (row, envelope.errors.first)
            case (.any, nil, .unreadable): return (row, nil)
            case (_, _, .unreadable): continue
            case (.none, _, .object(let envelope)):
                let saysNo = envelope.success == false && envelope.errors.allSatisfy { $0.code == nil }
                if saysNo { return (row, envelope.errors.first) }
            case (_, _, .object(let envelope)):
                if let error = envelope.errors.first(where: row.fits) { return (row, error) }
            }
        }
        return nil
    }
}

extension CatalogueRow {
    /// A refusal that came with status 200 is known by its code alone; but nothing is absent that is not answered 404.
    fileprivate func fits(status: Int) -> Bool {
        if statuses.contains(status) { return true }
        guard status == 200, kind != .absent else { return false }
        if case .of = codes { return true }
        return false
    }

    fileprivate func fits(_ error: APIError) -> Bool {
        if case .of(let codes) = codes {
            guard let code = error.code, codes.contains(code) else { return false }
        }
        guard let message else { return true }
        return error.message?.lowercased().contains(message) ?? false
    }
}
