//! Just enough of the shell to tell words and commands apart.

use super::{END, FLAG, UNRESOLVED};
use crate::source::{Place, Sources, Span, offset};

/// The commands of a line, each as its words, without quotes.
pub(super) fn commands(line: &str) -> Vec<Vec<String>> {
    let mut commands = vec![Vec::new()];
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match (quote, c) {
            // What is not known is no matter of the shell's, whatever is in it.
            (_, UNRESOLVED) => {
                let word = word.get_or_insert_default();
                word.push(UNRESOLVED);
                word.extend(chars.by_ref().take_while(|c| *c != END));
            }
            (Some(q), c) if c == q => quote = None,
            (Some('"') | None, '\\') => word.get_or_insert_default().extend(chars.next()),
            (Some(_), c) => word.get_or_insert_default().push(c),
            (None, '"' | '\'') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, c) if c.is_whitespace() => finish(&mut commands, &mut word),
            (None, ';' | '|' | '&') => {
                finish(&mut commands, &mut word);
                commands.push(Vec::new());
            }
            (None, c) => word.get_or_insert_default().push(c),
        }
    }
    finish(&mut commands, &mut word);
    commands
}

fn finish(commands: &mut [Vec<String>], word: &mut Option<String>) {
    if let (Some(command), Some(word)) = (commands.last_mut(), word.take()) {
        command.push(word);
    }
}

/// The values of the `-backend-config` flags among the words of a command.
pub(super) fn flags(words: &[String]) -> Vec<String> {
    let mut values = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let plain = word.strip_prefix('-').filter(|rest| rest.starts_with('-')).unwrap_or(word);
        match plain.strip_prefix(FLAG) {
            Some("") => values.extend(words.next().cloned()),
            Some(rest) => values.extend(rest.strip_prefix('=').map(str::to_owned)),
            None => {}
        }
    }
    values
}

/// The places of the flags as written in a recipe, so far as they are written in it and do not come from a variable.
pub(super) fn flag_places(sources: &Sources, recipe: Place) -> Vec<Place> {
    let text = sources.text_at(recipe);
    let flag_at = |(start, _): (usize, &str)| {
        let rest = text.get(start + FLAG.len()..).unwrap_or("");
        let value = rest.trim_start_matches(['=', ' ']);
        let value_end = value.find(char::is_whitespace).unwrap_or(value.len());
        let end = start + FLAG.len() + (rest.len() - value.len()) + value_end;
        let base = recipe.span.start;
        Place::new(recipe.file, Span::new(base + offset(start), base + offset(end)))
    };
    text.match_indices(FLAG).map(flag_at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_of_every_form_are_found() {
        let cases: [(&str, &[&str]); 6] = [
            ("terraform init -backend-config=a.tfbackend", &["a.tfbackend"]),
            ("terraform init -backend-config 'key=a b' --backend-config=\"bucket=c\"", &["key=a b", "bucket=c"]),
            ("cd x && terraform init -backend-config=a;ls", &["a"]),
            ("terraform init -backend=false", &[]),
            ("terraform init -backend-configs=x", &[]),
            ("terraform init -backend-config", &[]),
        ];
        for (line, expected) in cases {
            let found: Vec<String> = commands(line).iter().flat_map(|words| flags(words)).collect();
            assert_eq!(found, expected, "{line}");
        }
    }
}
