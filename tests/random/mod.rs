//! Random expressions, mostly of the types that fit.

/// A small generator of numbers (splitmix64): the same seed gives the same expressions everywhere.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n.max(1) as u64).unwrap_or(0)
    }

    fn one<'t>(&mut self, of: &[&'t str]) -> &'t str {
        of.get(self.below(of.len())).copied().unwrap_or_default()
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

/// An expression as a tree of texts, so that it can be made smaller.
#[derive(Clone, Debug)]
pub(crate) struct Expr(Vec<Piece>);

#[derive(Clone, Debug)]
enum Piece {
    Text(String),
    Inner(Expr),
}

impl Expr {
    fn leaf(text: impl Into<String>) -> Self {
        Self(vec![Piece::Text(text.into())])
    }

    pub(crate) fn text(&self) -> String {
        self.0
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => text.clone(),
                Piece::Inner(inner) => inner.text(),
            })
            .collect()
    }

    /// Smaller expressions: a part of this one, or this one with a smaller part.
    pub(crate) fn smaller(&self) -> Vec<Self> {
        let mut out = Vec::new();
        for (i, piece) in self.0.iter().enumerate() {
            let Piece::Inner(inner) = piece else { continue };
            out.push(inner.clone());
            let with = |other: Self| {
                let mut pieces = self.0.clone();
                pieces[i] = Piece::Inner(other);
                Self(pieces)
            };
            let plain = ["local.sa", "1", "[]"].map(Self::leaf);
            out.extend(plain.into_iter().filter(|plain| plain.text().len() < inner.text().len()).map(with));
            out.extend(inner.smaller().into_iter().map(with));
        }
        out.sort_by_key(|expr| expr.text().len());
        out
    }
}

/// Types, by letter: `b` bool, `n` number, `s` string, `S` list of strings, `N` list of numbers, `E` set of strings,
/// `M` map of strings, `t` tuple, `o` object, `a` any of them.
const TYPES: [char; 9] = ['b', 'n', 's', 'S', 'N', 'E', 'M', 't', 'o'];

/// Operands and literals of each type.
const LEAVES: [(char, &[&str]); 9] = [
    ('b', &["true", "false", "local.bt", "local.bf", "local.nb", "local.zb", "local.ub", "null"]),
    (
        'n',
        &[
            "0",
            "1",
            "2",
            "3",
            "-1",
            "0.5",
            "10",
            "1e3",
            "local.d0",
            "local.d1",
            "local.d5",
            "local.df",
            "local.db",
            "local.nn",
            "local.zn",
            "local.un",
            "length(local.ls)",
            "1.10",
            "100000000000000000000",
        ],
    ),
    (
        's',
        &[
            "\"\"",
            "\"a\"",
            "\"b\"",
            "\"Hello, World\"",
            "\"1\"",
            "\"true\"",
            "\"a,b,,c\"",
            "\"é\"",
            "\"10.0.0.0/16\"",
            "\"  x \"",
            "\"[1,2]\"",
            "\"2020-02-29T10:20:30Z\"",
            "local.ss",
            "local.sa",
            "local.s1",
            "local.sf",
            "local.st",
            "local.ns",
            "local.zs",
            "local.us",
            "local.uz",
            "\"%s-%d\"",
            "\"a\\nb\"",
        ],
    ),
    ('S', &["local.ls", "local.le", "local.nl", "local.zl", "local.ul", "local.pl", "tolist([\"b\", \"a\", \"b\"])"]),
    ('N', &["local.ln", "tolist([3, 1, 2])", "range(4)", "tolist([1, null])"]),
    ('E', &["local.es", "local.ee", "local.ue", "local.pe", "toset([\"x\", \"y\"])"]),
    ('M', &["local.ms", "local.me", "local.nm", "local.um", "local.pm", "tomap({ k = \"v\", a = \"w\" })"]),
    (
        't',
        &["local.ts", "local.tn", "local.te", "local.ut", "local.pt", "local.zt", "[1, \"a\", true]", "[[1], [2, 3]]"],
    ),
    ('o', &["local.os", "local.oe", "local.oc", "local.uo", "local.po", "local.zo", "{ a = 1, b = [\"x\"] }"]),
];

/// Ways to make each type; letters in `{}` stand for parts.
const FORMS: [(char, &[&str]); 9] = [
    (
        'b',
        &[
            "{a} == {a}",
            "{s} == {s}",
            "{n} != {n}",
            "{n} < {n}",
            "{n} >= {n}",
            "{b} && {b}",
            "{b} || {b}",
            "!{b}",
            "{b} ? {b} : {b}",
            "contains({S}, {s})",
            "contains({t}, {n})",
            "can({a})",
            "can({s}.a)",
            "alltrue({t})",
            "anytrue([{b}, {b}])",
            "startswith({s}, {s})",
            "endswith({s}, {s})",
            "strcontains({s}, {s})",
            "tobool({s})",
            "try({b}, {b})",
            "{a} == null",
            "{S} == {S}",
            "{o} == {o}",
            "{M} != {M}",
            "issensitive({a})",
            "({b})",
            "length({S}) == {n}",
            "setsubtract({E}, {E}) == {E}",
            "one({t}) == {a}",
        ],
    ),
    (
        'n',
        &[
            "{n} + {n}",
            "{n} - {n}",
            "{n} * {n}",
            "{n} / {n}",
            "{n} % {n}",
            "-{n}",
            "length({S})",
            "length({s})",
            "length({M})",
            "length({t})",
            "length({E})",
            "max({n}, {n})",
            "min({n}, {n}, {n})",
            "abs({n})",
            "ceil({n})",
            "floor({n})",
            "signum({n})",
            "parseint({s}, 10)",
            "sum({N})",
            "tonumber({s})",
            "{b} ? {n} : {n}",
            "try({n}, {n})",
            "{N}[{n}]",
            "element({N}, {n})",
            "index({S}, {s})",
            "pow({n}, 2)",
            "({n})",
            "coalesce({n}, {n})",
            "lookup({M}, {s}, {n})",
            "one([{n}])",
            "[{n}, {n}][{n}]",
            "{ x = {n} }.x",
            "log({n}, 2)",
            "max({N}...)",
            "timecmp({s}, {s})",
        ],
    ),
    (
        's',
        &[
            "\"${{s}}\"",
            "\"x${{n}}y${{s}}\"",
            "\"${{b}}!\"",
            "\"%{ if {b} }yes%{ else }${{s}}%{ endif }\"",
            "\"%{ for v in {S} }${v},%{ endfor }\"",
            "\"a %{~ if {b} ~} b %{~ endif ~} c\"",
            "upper({s})",
            "lower({s})",
            "title({s})",
            "trimspace({s})",
            "join({s}, {S})",
            "join(\"-\", {E})",
            "format(\"%s/%v\", {s}, {a})",
            "format(\"%05d|%-5s|%q\", {n}, {s}, {s})",
            "replace({s}, {s}, {s})",
            "replace({s}, \"/[a-c]+/\", \"<$0>\")",
            "substr({s}, {n}, {n})",
            "strrev({s})",
            "trim({s}, {s})",
            "trimprefix({s}, {s})",
            "trimsuffix({s}, {s})",
            "jsonencode({a})",
            "base64encode({s})",
            "md5({s})",
            "sha256({s})",
            "urlencode({s})",
            "tostring({n})",
            "tostring({b})",
            "{b} ? {s} : {s}",
            "{S}[{n}]",
            "{M}[{s}]",
            "{M}.a",
            "lookup({M}, {s}, {s})",
            "element({S}, {n})",
            "coalesce({s}, {s})",
            "try({s}, {s})",
            "try({o}.a, {s})",
            "indent(2, {s})",
            "chomp({s})",
            "yamlencode({a})",
            "({s})",
            "one({S})",
            "regex(\"[a-z]+\", {s})",
            "cidrsubnet({s}, 4, {n})",
            "cidrhost({s}, {n})",
            "formatdate(\"YYYY-MM-DD\", {s})",
            "timeadd({s}, \"1h\")",
            "basename({s})",
            "dirname({s})",
            "sensitive({s})",
            "nonsensitive({s})",
            "{o}[\"a\"]",
            "templatestring(local.sa, { a = {s} })",
            "keys({M})[0]",
            "values({M})[{n}]",
            "[for v in {S} : v][0]",
            "(<<EOT\nx ${{s}}\nEOT\n)",
        ],
    ),
    (
        'S',
        &[
            "split({s}, {s})",
            "concat({S}, {S})",
            "tolist([{s}, {s}])",
            "tolist({E})",
            "sort({S})",
            "reverse({S})",
            "distinct({S})",
            "compact({S})",
            "slice({S}, 0, {n})",
            "keys({M})",
            "values({M})",
            "{b} ? {S} : {S}",
            "try({S}, {S})",
            "[for v in {S} : upper(v)]",
            "[for k, v in {M} : \"${k}=${v}\" if v != {s}]",
            "{S}[*]",
            "coalescelist({S}, {S})",
            "flatten([{S}, {t}])",
            "matchkeys({S}, {S}, {S})",
            "formatlist(\"%s!\", {S})",
            "formatlist({s}, {S}, {s})",
            "regexall(\"[a-z]\", {s})",
            "tolist({t})",
            "[{s}, {s}]",
            "chunklist({S}, {n})[0]",
            "cidrsubnets({s}, 4, 8)",
            "[for v in {S} : v if v == {s}]",
            "tolist(null)",
            "({S})",
        ],
    ),
    (
        'N',
        &[
            "range({n})",
            "range({n}, {n})",
            "tolist([{n}, {n}])",
            "[for v in {N} : v + {n}]",
            "[for v in {S} : length(v)]",
            "concat({N}, {N})",
            "reverse({N})",
            "{b} ? {N} : {N}",
            "[{n}, {n}, {n}]",
            "slice({N}, {n}, {n})",
            "distinct({N})",
            "[for i, v in {S} : i]",
            "flatten([{n}, [{n}]])",
        ],
    ),
    (
        'E',
        &[
            "toset({S})",
            "toset([{s}, {s}])",
            "setunion({E}, {E})",
            "setintersection({E}, {E})",
            "setsubtract({E}, {E})",
            "{b} ? {E} : {E}",
            "toset({t})",
            "setunion({E}, {S})",
            "toset([for v in {E} : \"${v}x\"])",
            "toset(keys({M}))",
        ],
    ),
    (
        'M',
        &[
            "tomap({ a = {s}, b = {s} })",
            "merge({M}, {M})",
            "{ for k, v in {M} : v => k }",
            "{ for v in {S} : v => v... }",
            "{ for i, v in {S} : i => v if v != {s} }",
            "zipmap({S}, {S})",
            "{b} ? {M} : {M}",
            "tomap({o})",
            "{ (\"${{s}}\") = {s} }",
            "{ for k, v in {o} : k => v }",
            "tomap({ for v in {E} : v => {s} })",
            "merge({M}, { z = {s} })",
            "transpose({ for k, v in {M} : k => [v] })",
            "jsondecode(jsonencode({M}))",
        ],
    ),
    (
        't',
        &[
            "[{a}, {a}]",
            "[{s}, {n}, {b}]",
            "[for v in {t} : v]",
            "concat({t}, {t})",
            "flatten({t})",
            "{t}[*]",
            "[{o}][*].a",
            "[{o}, {o}].*.a",
            "{s}[*]",
            "setproduct({S}, {E})",
            "reverse({t})",
            "slice({t}, 0, {n})",
            "[for k, v in {o} : v]",
            "{b} ? {t} : {t}",
            "try([{a}.a], {t})",
            "jsondecode({s})",
            "jsondecode(jsonencode({t}))",
            "[{t}, {t}][0]",
            "values({o})",
            "chunklist({S}, 2)",
            "[for a in {S} : [for b in {S} : a == b]]",
            "csvdecode({s})",
            "regexall({s}, {s})",
        ],
    ),
    (
        'o',
        &[
            "{ a = {a}, b = {a} }",
            "merge({o}, { a = {a} })",
            "{ for k, v in {o} : k => [v] }",
            "{b} ? {o} : {o}",
            "merge({o}, {M})",
            "{ a = {s}, (\"b\") = {n} }",
            "zipmap([\"a\", \"b\"], [{a}, {a}])",
            "jsondecode(jsonencode({o}))",
            "yamldecode(yamlencode({o}))",
            "{ for v in {t} : jsonencode(v) => v... }",
            "[{o}][0]",
            "element([{o}, {o}], {n})",
            "try({o}, {})",
            "{ \"x-${{s}}\" = {a} }",
        ],
    ),
];

fn of_type<'t>(table: &[(char, &'t [&'t str])], ty: char) -> &'t [&'t str] {
    table.iter().find(|(of, _)| *of == ty).map_or(&[], |(_, texts)| texts)
}

/// An expression of a type, its parts nested so deep; one part in twenty is of another type than fits.
pub(crate) fn expression(random: &mut Random, ty: char, depth: usize) -> Expr {
    let any = |random: &mut Random| TYPES[random.below(TYPES.len())];
    let ty = if ty == 'a' || random.chance(5) { any(random) } else { ty };
    if depth == 0 || random.chance(15) {
        return Expr::leaf(random.one(of_type(&LEAVES, ty)));
    }
    let form = random.one(of_type(&FORMS, ty));
    let mut pieces = Vec::new();
    let mut rest = form;
    while let Some((before, part, after)) = next_part(rest) {
        pieces.push(Piece::Text(before.to_owned()));
        let inner = expression(random, part, depth - 1);
        pieces.push(Piece::Inner(wrapped(inner, before, after)));
        rest = after;
    }
    pieces.push(Piece::Text(rest.to_owned()));
    Expr(pieces)
}

/// In parentheses where operators or accesses stand beside it.
fn wrapped(inner: Expr, before: &str, after: &str) -> Expr {
    let text = inner.text();
    let simple = text.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '"'));
    let alone = before.ends_with(['(', '[', '{', ',']) && after.starts_with([')', ']', '}', ','])
        || before.ends_with(", ") && after.starts_with([')', ',', ']']);
    if simple || alone {
        return inner;
    }
    let mut pieces = vec![Piece::Text("(".to_owned())];
    pieces.push(Piece::Inner(inner));
    pieces.push(Piece::Text(")".to_owned()));
    Expr(pieces)
}

/// The text before the next `{letter}`, the letter, and the text after.
fn next_part(text: &str) -> Option<(&str, char, &str)> {
    let known = |c: char| c == 'a' || TYPES.contains(&c);
    let at = text.match_indices('{').map(|(i, _)| i).find(|i| {
        let mut after = text[i + 1..].chars();
        after.next().is_some_and(known) && after.next() == Some('}')
    })?;
    Some((&text[..at], text[at + 1..].chars().next()?, &text[at + 3..]))
}
