//! The style sheet: two sets of colours, of which the reader's system chooses.

/// Everything but colours.
const FORMS: &str = "\
text{font-family:ui-sans-serif,system-ui,'Segoe UI',Helvetica,Arial,sans-serif;fill:var(--text)}\
.title{font-weight:600}.dim{fill:var(--dim)}\
.back{fill:var(--back)}\
.region{fill:none;stroke:var(--region);stroke-width:1.5}.region-text{fill:var(--region);font-weight:600}\
.vpc{fill:var(--inside);stroke:var(--vpc);stroke-width:1.5}.vpc-text{fill:var(--vpc);font-weight:600}\
.zone{fill:none;stroke:var(--dim);stroke-dasharray:5 4}\
.edge{fill:var(--inside);stroke:var(--dim)}\
.group{fill:none;stroke:var(--line)}\
.public{fill:var(--public)}.private{fill:var(--private)}.isolated{fill:var(--isolated)}.other{fill:var(--other)}\
.network{fill:var(--box);stroke:var(--network)}.compute{fill:var(--box);stroke:var(--compute)}\
.database{fill:var(--box);stroke:var(--database)}.storage{fill:var(--box);stroke:var(--storage)}\
.network-strip{fill:var(--network)}.compute-strip{fill:var(--compute)}\
.database-strip{fill:var(--database)}.storage-strip{fill:var(--storage)}\
.member{stroke-width:1;fill:var(--back)}\
.route,.fetch,.replication{fill:none;stroke-width:1.5}\
.route{stroke:var(--vpc)}.fetch{stroke:var(--network)}.replication{stroke:var(--database);stroke-dasharray:4 3}\
.route-head{fill:var(--vpc)}.fetch-head{fill:var(--network)}\
.badge{stroke:var(--back);stroke-width:1.5}.badge-text{fill:#fff;font-weight:700;text-anchor:middle}\
.error{fill:var(--error)}.warning{fill:var(--warning)}.info{fill:var(--region)}.waived{fill:var(--dim)}";

const LIGHT: &str = "\
--back:#fff;--inside:#fafbfc;--box:#fff;--text:#1f2328;--dim:#59636e;--line:#d1d9e0;--region:#0969da;--vpc:#1a7f37;\
--public:#e3f3e6;--private:#e4eefb;--isolated:#f0ecf9;--other:#fdf3dc;\
--network:#8250df;--compute:#bc4c00;--database:#3944bc;--storage:#4d7c0f;--error:#cf222e;--warning:#9a6700";

const DARK: &str = "\
--back:#0d1117;--inside:#11161d;--box:#161b22;--text:#e6edf3;--dim:#9198a1;--line:#3d444d;--region:#4493f8;--vpc:#3fb950;\
--public:#12281a;--private:#12233c;--isolated:#211c33;--other:#2e2611;\
--network:#ab7df8;--compute:#f0883e;--database:#8b95ff;--storage:#8fbf3f;--error:#da3633;--warning:#9e6a03";

pub(super) fn style() -> String {
    format!(":root{{{LIGHT}}}@media(prefers-color-scheme:dark){{:root{{{DARK}}}}}{FORMS}")
}
