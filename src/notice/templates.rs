//! The templates: built in, and overridable one by one.

use super::draft::RenderError;
use super::{Language, language, layout, samples};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior, Value};
use serde::Serialize;
use std::fmt;

/// What is built in: file name (`<language>/<kind>.txt`) and source.
const BUILT_IN: [(&str, &str); 32] = [
    ("en/opened.txt", include_str!("../../templates/en/opened.txt")),
    ("en/question.txt", include_str!("../../templates/en/question.txt")),
    ("en/refused.txt", include_str!("../../templates/en/refused.txt")),
    ("en/objected.txt", include_str!("../../templates/en/objected.txt")),
    ("en/reminder.txt", include_str!("../../templates/en/reminder.txt")),
    ("en/extended.txt", include_str!("../../templates/en/extended.txt")),
    ("en/amended.txt", include_str!("../../templates/en/amended.txt")),
    ("en/raised.txt", include_str!("../../templates/en/raised.txt")),
    ("en/withdrawn.txt", include_str!("../../templates/en/withdrawn.txt")),
    ("en/status.txt", include_str!("../../templates/en/status.txt")),
    ("en/differs.txt", include_str!("../../templates/en/differs.txt")),
    ("en/result.txt", include_str!("../../templates/en/result.txt")),
    ("en/follow-up.txt", include_str!("../../templates/en/follow-up.txt")),
    ("en/correction.txt", include_str!("../../templates/en/correction.txt")),
    ("en/digest.txt", include_str!("../../templates/en/digest.txt")),
    ("en/probe.txt", include_str!("../../templates/en/probe.txt")),
    ("nl/opened.txt", include_str!("../../templates/nl/opened.txt")),
    ("nl/question.txt", include_str!("../../templates/nl/question.txt")),
    ("nl/refused.txt", include_str!("../../templates/nl/refused.txt")),
    ("nl/objected.txt", include_str!("../../templates/nl/objected.txt")),
    ("nl/reminder.txt", include_str!("../../templates/nl/reminder.txt")),
    ("nl/extended.txt", include_str!("../../templates/nl/extended.txt")),
    ("nl/amended.txt", include_str!("../../templates/nl/amended.txt")),
    ("nl/raised.txt", include_str!("../../templates/nl/raised.txt")),
    ("nl/withdrawn.txt", include_str!("../../templates/nl/withdrawn.txt")),
    ("nl/status.txt", include_str!("../../templates/nl/status.txt")),
    ("nl/differs.txt", include_str!("../../templates/nl/differs.txt")),
    ("nl/result.txt", include_str!("../../templates/nl/result.txt")),
    ("nl/follow-up.txt", include_str!("../../templates/nl/follow-up.txt")),
    ("nl/correction.txt", include_str!("../../templates/nl/correction.txt")),
    ("nl/digest.txt", include_str!("../../templates/nl/digest.txt")),
    ("nl/probe.txt", include_str!("../../templates/nl/probe.txt")),
];

/// Every template, compiled and tried: one that uses a variable which does not exist is refused when the set is built, not when a mail
/// is due.
#[derive(Clone)]
pub struct Templates(Environment<'static>);

impl fmt::Debug for Templates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.templates().map(|(name, _)| name)).finish()
    }
}

/// A template that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// No notice is made from a template of that name.
    #[error("no notice is made from a template {name}; there are: {}", names().join(", "))]
    Unknown {
        /// Its file name.
        name: String,
    },
    /// It cannot be read, or uses what does not exist.
    #[error("the template {name}{} cannot be used: {reason}", line.map(|line| format!(", line {line},")).unwrap_or_default())]
    Unusable {
        /// Its file name.
        name: String,
        /// The line, where one is at fault.
        line: Option<usize>,
        /// What is wrong.
        reason: String,
    },
}

impl Templates {
    /// The templates that come with the engine.
    ///
    /// # Errors
    /// Never for a released engine: a test builds them. It is an error all the same, so that nothing can panic.
    pub fn builtin() -> Result<Self, Vec<TemplateError>> {
        Templates::with_overrides(Vec::new())
    }

    /// The templates that come with the engine, some replaced: file name (`en/result.txt`) and source.
    ///
    /// # Errors
    /// Every override that has an unknown name, does not compile, or does not render with one of the samples: every variable must exist on
    /// every path through it.
    pub fn with_overrides(overrides: Vec<(String, String)>) -> Result<Self, Vec<TemplateError>> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.add_filter("counted", language::counted);
        environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
        let mut errors = Vec::new();
        match SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build() {
            Ok(syntax) => environment.set_syntax(syntax),
            Err(error) => errors.push(unusable("*.txt", &error)),
        }
        let built_in = BUILT_IN.map(|(name, source)| (name.to_owned(), source.to_owned()));
        for (name, source) in built_in.into_iter().chain(overrides) {
            if !names().contains(&name.as_str()) {
                errors.push(TemplateError::Unknown { name });
            } else if let Err(error) = environment.add_template_owned(name.clone(), source) {
                errors.push(unusable(&name, &error));
            }
        }
        errors.extend(names().into_iter().filter_map(|name| tried(&environment, name).err()));
        if errors.is_empty() { Ok(Templates(environment)) } else { Err(errors) }
    }

    /// The source of every built-in template, to start an override from: file name and text.
    pub fn sources() -> impl Iterator<Item = (&'static str, &'static str)> {
        BUILT_IN.into_iter()
    }

    /// Renders `<language>/<stem>.txt` and lays it out.
    pub(super) fn rendered(
        &self,
        language: Language,
        stem: &str,
        values: Value,
    ) -> Result<String, RenderError> {
        let name = format!("{}/{stem}.txt", language.tag());
        let Ok(template) = self.0.get_template(&name) else { return Err(RenderError::NoTemplate(name)) };
        match template.render(values) {
            Ok(text) => Ok(layout::laid_out(&text)),
            Err(error) => Err(RenderError::Template { reason: reason(&error), name }),
        }
    }
}

/// What a template is given.
pub(super) fn value(holds: impl Serialize) -> Value {
    Value::from(Serde(holds))
}

fn names() -> Vec<&'static str> {
    BUILT_IN.iter().map(|(name, _)| *name).collect()
}

/// Renders a template with every sample of its kind, and looks for variables that no sample reaches.
fn tried(environment: &Environment<'_>, name: &str) -> Result<(), TemplateError> {
    let template = environment.get_template(name).map_err(|error| unusable(name, &error))?;
    let samples = samples::of(stem(name));
    if let Some(sample) = samples.first() {
        let known = samples::variables(sample);
        let mut unknown: Vec<String> = template.undeclared_variables(false).into_iter().collect();
        unknown.retain(|variable| !known.contains(variable));
        unknown.sort();
        if let Some(first) = unknown.first() {
            return Err(TemplateError::Unusable {
                name: name.to_owned(),
                line: line_of(first, template.source()),
                reason: format!("there is no {first:?} here; there are: {}", known.join(", ")),
            });
        }
    }
    for sample in samples {
        template.render(sample).map_err(|error| unusable(name, &error))?;
    }
    Ok(())
}

/// `opened` of `en/opened.txt`.
fn stem(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name).trim_end_matches(".txt")
}

/// The first line that names a variable, from 1.
fn line_of(variable: &str, source: &str) -> Option<usize> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let names = |line: &str| line.split(|c| !is_word(c)).any(|word| word == variable);
    source.lines().position(|line| line.contains(['{', '}']) && names(line)).map(|at| at + 1)
}

fn unusable(name: &str, error: &minijinja::Error) -> TemplateError {
    TemplateError::Unusable { name: name.to_owned(), line: error.line(), reason: reason(error) }
}

/// What went wrong, on one line.
fn reason(error: &minijinja::Error) -> String {
    error.detail().map_or_else(|| error.kind().to_string(), |detail| format!("{}: {detail}", error.kind()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaints(name: &str, source: &str) -> Vec<String> {
        match Templates::with_overrides(vec![(name.to_owned(), source.to_owned())]) {
            Ok(_) => Vec::new(),
            Err(errors) => errors.iter().map(ToString::to_string).collect(),
        }
    }

    #[test]
    fn those_built_in_can_be_used() {
        assert!(Templates::builtin().is_ok(), "{:?}", Templates::builtin().err());
    }

    #[test]
    fn a_template_that_would_fail_later_fails_now() {
        let check = |name: &str, source: &str, expect: &str| {
            let complaints = complaints(name, source);
            assert!(complaints.len() == 1 && complaints[0].contains(expect), "{source:?}: {complaints:?}");
        };
        check("en/opened.txt", "{{ nonesuch }}", "nonesuch");
        check("en/opened.txt", "{% if false %}{{ nonesuch }}{% endif %}", "nonesuch");
        check("en/opened.txt", "fine\n\n{{ nonesuch }}", "line 3");
        check("nl/opened.txt", "{{ nonesuch }}", "nl/opened.txt");
        check("en/result.txt", "{% for row in votes %}{{ row.nonesuch }}{% endfor %}", "line 1");
        check("en/digest.txt", "{% if %}", "line 1");
        check("en/nonesuch.txt", "", "en/result.txt");
        assert_eq!(complaints("en/opened.txt", "Proposal {{ number }} is open.\n"), Vec::<String>::new());
    }
}
