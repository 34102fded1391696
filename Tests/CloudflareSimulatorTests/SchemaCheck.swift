import CloudflareSimulator

/// Checks a value against a schema: as much of JSON Schema as the API's description uses.
struct SchemaCheck {
    private let schemas: JSON

    init() throws { schemas = try Schemas.all() }

    /// What is wrong with `value`, each with its place; empty when it conforms to the schema `name`.
    func problems(_ value: JSON, against name: String) -> [String] {
        guard let schema = schemas[name] else { return ["no schema \(name)"] }
        return check(value, schema, at: "$")
    }

    private func check(_ value: JSON, _ schema: JSON, at path: String) -> [String] {
        if let reference = schema["$ref"]?.string {
            return problems(value, against: String(reference.dropFirst("#/components/schemas/".count)), at: path)
        }
        if value == .null { return schema["nullable"] == true ? [] : ["\(path) is null"] }
        var problems = (schema["allOf"]?.array ?? []).flatMap { check(value, $0, at: path) }
        if let choices = schema["oneOf"]?.array, choices.filter({ check(value, $0, at: path).isEmpty }).count != 1 {
            problems.append("\(path) meets not exactly one of its schemas")
        }
        if let type = schema["type"]?.string, !has(value, type) { return problems + ["\(path) is no \(type)"] }
        if let allowed = schema["enum"]?.array, !allowed.contains(value) { problems.append("\(path) is none of its values") }
        return problems + limits(value, schema, at: path) + parts(value, schema, at: path)
    }

    private func problems(_ value: JSON, against name: String, at path: String) -> [String] {
        guard let schema = schemas[name] else { return ["no schema \(name)"] }
        return check(value, schema, at: path)
    }

    private func has(_ value: JSON, _ type: String) -> Bool {
        switch type {
        case "object": value.members != nil
        case "array": value.array != nil
        case "string": value.string != nil
        case "integer": value.int != nil
        case "number": value.number != nil
        case "boolean": value.bool != nil
        default: false
        }
    }

    private func limits(_ value: JSON, _ schema: JSON, at path: String) -> [String] {
        var problems: [String] = []
        if let limit = schema["minimum"]?.int, let number = value.int, number < limit { problems.append("\(path) is under \(limit)") }
        if let limit = schema["maxLength"]?.int, let text = value.string, text.count > limit { problems.append("\(path) is too long") }
        if let limit = schema["minItems"]?.int, let array = value.array, array.count < limit { problems.append("\(path) is too short") }
        if schema["format"] == "date-time", value.string.map(isTime) != true { problems.append("\(path) is no time") }
        return problems
    }

    private func isTime(_ text: String) -> Bool { text.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/) != nil }

    private func parts(_ value: JSON, _ schema: JSON, at path: String) -> [String] {
        if let items = schema["items"], let array = value.array {
            return array.enumerated().flatMap { check($0.element, items, at: "\(path)[\($0.offset)]") }
        }
        guard let members = value.members else { return [] }
        let keys = Set(members.map(\.key))
        let missing = (schema["required"]?.array ?? []).compactMap(\.string).filter { !keys.contains($0) }
        return missing.map { "\(path).\($0) is missing" }
            + members.flatMap { member in
                schema["properties"]?[member.key].map { check(member.value, $0, at: "\(path).\(member.key)") } ?? []
            }
    }
}
