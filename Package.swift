// swift-tools-version: 6.2
import PackageDescription

// One list of compiler settings for every target; each line says why it is here.
let settings: [SwiftSetting] = [
    // An existential costs an allocation and a witness lookup: `any` makes each one visible.
    .enableUpcomingFeature("ExistentialAny"),
    // A member is usable only where its module is imported: the import map stays true.
    .enableUpcomingFeature("MemberImportVisibility"),
    // An import is an implementation detail unless it says otherwise.
    .enableUpcomingFeature("InternalImportsByDefault"),
    // An async function stays on its caller's executor unless it says otherwise.
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// A module of this package. The list of dependencies is the import map of `scripts/import-map`.
func module(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: settings)
}

func tests(of name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: [.byName(name: name)] + dependencies,
        resources: resources,
        swiftSettings: settings
    )
}

let package = Package(
    name: "tokensweep",
    products: [
        .executable(name: "tokensweep", targets: ["tokensweep"]),
        .executable(name: "cloudflare-simulator", targets: ["cloudflare-simulator"]),
    ],
    targets: [
        // The program.
        .executableTarget(name: "tokensweep", dependencies: ["SweepCLI"], swiftSettings: settings),
        module(
            "SweepCLI",
            ["SweepRunner", "SweepManifest", "SweepQueue", "SweepCloudflare", "SweepReport", "SweepServe", "SweepModel", "CProcess"]
        ),
        module("SweepRunner", ["SweepModel"]),
        module("SweepManifest", ["SweepModel", "SweepJSON"]),
        module("SweepQueue", ["SweepModel", "SQLite", "CCrypto", "CrashPoints"]),
        module("SweepCloudflare", ["SweepModel", "SweepJSON", "CCurl", "CCrypto", "CrashPoints"]),
        module("SweepReport", ["SweepModel", "CrashPoints"]),
        // The page's files become part of the program.
        module(
            "SweepServe", ["SweepModel", "CMicroHTTPD"],
            resources: ["page.html", "page.css", "page.js", "icon.svg"].map { .embedInCode("Page/\($0)") }),
        module("SweepModel", ["CSanitizer"]),
        module("SweepJSON"),
        module("SQLite", ["CSQLite", "CrashPoints"]),
        module("CrashPoints"),

        // The API on loopback, for rehearsal, tests and benchmarks.
        .executableTarget(
            name: "cloudflare-simulator",
            dependencies: ["CloudflareSimulator"],
            swiftSettings: settings
        ),
        module("CloudflareSimulator", ["CMicroHTTPD", "CSanitizer"]),

        // What ThreadSanitizer has to be told; empty in every other build.
        .target(name: "CSanitizer"),

        // C libraries of the system: a module map and a shim each.
        .systemLibrary(name: "CProcess"),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CMicroHTTPD", pkgConfig: "libmicrohttpd", providers: [.apt(["libmicrohttpd-dev"])]),

        // Tests: one target a module, and the built binaries from end to end.
        .target(name: "CFaultyDisk", path: "Tests/CFaultyDisk", linkerSettings: [.linkedLibrary("sqlite3")]),
        .target(
            name: "SweepTestSupport",
            dependencies: ["SweepModel", "CFaultyDisk"],
            path: "Tests/SweepTestSupport",
            swiftSettings: settings
        ),
        .target(
            name: "SweepSimulation",
            dependencies: ["SweepModel", "SweepRunner", "SweepQueue", "SQLite", "SweepTestSupport"],
            path: "Tests/SweepSimulation",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "simulate",
            dependencies: ["SweepSimulation", "SweepModel"],
            path: "Tests/simulate",
            swiftSettings: settings
        ),
        tests(of: "SweepModel", ["SweepTestSupport"]),
        tests(of: "SweepJSON"),
        tests(of: "SweepManifest", ["SweepModel", "SweepTestSupport"]),
        tests(of: "SweepQueue", ["SweepModel", "SQLite", "SweepTestSupport"]),
        tests(of: "SweepCloudflare", ["SweepModel", "CloudflareSimulator", "SweepTestSupport"]),
        tests(of: "SweepRunner", ["SweepModel", "SweepSimulation", "SweepTestSupport"]),
        tests(of: "SweepReport", ["SweepModel", "SweepTestSupport"]),
        tests(of: "SweepServe", ["SweepModel", "SweepTestSupport"]),
        tests(of: "SweepCLI", ["SweepModel", "SweepQueue", "SweepTestSupport"]),
        tests(of: "SQLite", ["SweepTestSupport"]),
        tests(of: "CloudflareSimulator", ["SweepTestSupport"]),
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["SweepTestSupport", "tokensweep", "cloudflare-simulator"],
            exclude: ["Clock", "Disk", "Servers"],
            swiftSettings: settings
        ),
    ],
    swiftLanguageModes: [.v6]
)

// Built by scripts/fuzz alone, with the sanitizers that it needs; the everyday build knows nothing of it.
if Context.environment["TOKENSWEEP_FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "fuzz",
            dependencies: ["SweepCLI", "SweepManifest", "SweepCloudflare", "SweepReport", "SweepModel"],
            path: "Tests/Fuzzing",
            exclude: ["corpora"],
            // No file is the main one: libFuzzer drives.
            swiftSettings: settings + [.unsafeFlags(["-parse-as-library"])]
        )
    )
}
