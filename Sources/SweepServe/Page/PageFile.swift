/// The files of the page, which are part of the program.
enum PageFile: CaseIterable {
    case page, style, script, icon

    /// As in `HTTPRequest`.
    var path: [String] {
        switch self {
        case .page: []
        case .style: ["page.css"]
        case .script: ["page.js"]
        case .icon: ["icon.svg"]
        }
    }

    var bytes: [UInt8] {
        switch self {
        case .page: PackageResources.page_html
        case .style: PackageResources.page_css
        case .script: PackageResources.page_js
        case .icon: PackageResources.icon_svg
        }
    }

    var type: ContentType {
        switch self {
        case .page: .html
        case .style: .css
        case .script: .script
        case .icon: .svg
        }
    }
}
