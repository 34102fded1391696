/// How charts look: colours as custom properties, light and dark, and the classes that the drawings use. Colour never
/// stands alone: parts that differ are patterned, labelled or listed in words.
package enum ChartStyle {
    /// CSS text; a page puts it into its own style sheet. All contrasts with the ground are at least 3 : 1, of text 4.5 : 1.
    package static let css = """
        :root {
          color-scheme: light dark;
          --ground: #f6f7f8; --surface: #ffffff; --ink: #1b2129; --soft: #565f6b; --line: #d5dae0; --accent: #0a5ca8;
          --deleted: #17795a; --already_absent: #4c9a80; --presumed_deleted: #2f8f9d; --disabled: #2c6fb3; --enabled: #2c6fb3;
          --blocked: #b86400; --failed: #bc2f27; --skipped: #7a838e; --invalid: #7e57b3; --pending: #5b84b1; --in_flight: #2c6fb3;
          --used: #6b8fb8; --step: #a9b8c9;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --ground: #12161b; --surface: #1a2027; --ink: #e6eaef; --soft: #a2acb8; --line: #343d48; --accent: #6fb3f2;
            --deleted: #3fb28a; --already_absent: #6fc0a6; --presumed_deleted: #55b6c4; --disabled: #6ea8e5; --enabled: #6ea8e5;
            --blocked: #e59a3c; --failed: #f0776e; --skipped: #8f99a5; --invalid: #b394e0; --pending: #7ea6d2; --in_flight: #6ea8e5;
            --used: #5f86b3; --step: #566575;
          }
        }
        .chart { display: block; width: 100%; height: auto; }
        .chart text { font: 12px system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", "DejaVu Sans", sans-serif; fill: var(--soft); }
        .chart .panel, .chart .legend, .chart .line-label { fill: var(--ink); }
        .chart .wait { font-style: italic; }
        .chart .tick { font-variant-numeric: tabular-nums; }
        .chart .line-label, .chart .pause-label { paint-order: stroke; stroke: var(--surface); stroke-width: 4px; stroke-linejoin: round; }
        .chart .axis { stroke: var(--soft); }
        .chart .grid { stroke: var(--line); }
        .chart .limit { stroke: var(--failed); stroke-width: 1.5; }
        .chart .allowance { stroke: var(--ink); stroke-width: 1.5; stroke-dasharray: 6 4; }
        .chart .quantile { stroke: var(--ink); stroke-dasharray: 2 3; }
        .chart .outline { stroke: var(--soft); stroke-width: .5; }
        .chart .track { fill: var(--line); }
        .chart .hint { fill: transparent; }
        .chart .hint:hover { fill: var(--ink); fill-opacity: .08; }
        .chart .fill-done, .chart .fill-deleted { fill: var(--deleted); }
        .chart .fill-already_absent { fill: var(--already_absent); }
        .chart .fill-presumed_deleted { fill: var(--presumed_deleted); }
        .chart .fill-disabled { fill: var(--disabled); }
        .chart .fill-enabled { fill: var(--enabled); }
        .chart .fill-left, .chart .fill-blocked { fill: var(--blocked); }
        .chart .fill-failed { fill: var(--failed); }
        .chart .fill-skipped { fill: var(--skipped); }
        .chart .fill-invalid { fill: var(--invalid); }
        .chart .fill-step { fill: var(--step); }
        .chart .fill-used { fill: var(--used); }
        .chart .hatch-ground { fill: var(--surface); }
        .chart .hatch-clear { fill: none; }
        .chart .hatch-again { stroke: var(--in_flight); stroke-width: 4; }
        .chart .hatch-limited { stroke: var(--failed); stroke-width: 4; }
        .chart .hatch-pause { stroke: var(--line); stroke-width: 4; }
        .chart .hatch-open { stroke: var(--pending); stroke-width: 4; }
        .chart .mark { fill: var(--surface); stroke: var(--ink); stroke-width: 1.5; }
        .chart .mark-bad { stroke: var(--failed); }
        .chart .mark-odd { stroke: var(--blocked); }
        .chart .mark-line { stroke: var(--soft); stroke-dasharray: 1 3; }
        .chart .mark-number { fill: var(--ink); font-size: 11px; font-weight: 600; }

        """
}
