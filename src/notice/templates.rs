//! The templates: built in, and overridable one by one.

use super::draft::RenderError;
use super::{layout, samples, words};
use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, UndefinedBehavior, Value};
use std::fmt;

/// What is built in: file name (`<language>/<kind>.txt`) and source.
const BUILT_IN: [(&str, &str); 5] = [
    ("en/opened.txt", include_str!("../../templates/en/opened.txt")),
    ("en/question.txt", include_str!("../../templates/en/question.txt")),
    ("en/objected.txt", include_str!("../../templates/en/objected.txt")),
    ("en/result.txt", include_str!("../../templates/en/result.txt")),
    ("en/digest.txt", include_str!("../../templates/en/digest.txt")),
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
    #[error("the template {name} cannot be used: {reason}")]
    Unusable {
        /// Its file name.
        name: String,
        /// What is wrong, with its line.
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
        environment.add_filter("counted", words::counted);
        environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
        let mut errors = Vec::new();
        match SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build() {
            Ok(syntax) => environment.set_syntax(syntax),
            Err(error) => {
                errors.push(TemplateError::Unusable { name: "en/*.txt".to_owned(), reason: reason(&error) })
            }
        }
        let built_in = BUILT_IN.map(|(name, source)| (name.to_owned(), source.to_owned()));
        for (name, source) in built_in.into_iter().chain(overrides) {
            if !names().contains(&name.as_str()) {
                errors.push(TemplateError::Unknown { name });
            } else if let Err(error) = environment.add_template_owned(name.clone(), source) {
                errors.push(TemplateError::Unusable { name, reason: reason(&error) });
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
    pub(super) fn rendered(&self, language: &str, stem: &str, values: Value) -> Result<String, RenderError> {
        let name = format!("{language}/{stem}.txt");
        let Ok(template) = self.0.get_template(&name) else { return Err(RenderError::NoTemplate(name)) };
        match template.render(values) {
            Ok(text) => Ok(layout::laid_out(&text)),
            Err(error) => Err(RenderError::Template { reason: reason(&error), name }),
        }
    }
}

fn names() -> Vec<&'static str> {
    BUILT_IN.iter().map(|(name, _)| *name).collect()
}

/// Renders a template with every sample of its kind, and looks for variables that no sample reaches.
fn tried(environment: &Environment<'_>, name: &str) -> Result<(), TemplateError> {
    let unusable = |reason: String| TemplateError::Unusable { name: name.to_owned(), reason };
    let template = environment.get_template(name).map_err(|error| unusable(reason(&error)))?;
    let stem = name.rsplit('/').next().unwrap_or(name).trim_end_matches(".txt");
    let samples = samples::of(stem);
    if let Some(sample) = samples.first() {
        let known: Vec<String> =
            sample.try_iter().map(|keys| keys.map(|key| key.to_string()).collect()).unwrap_or_default();
        let mut unknown: Vec<String> = template.undeclared_variables(false).into_iter().collect();
        unknown.retain(|variable| !known.contains(variable));
        unknown.sort();
        if let Some(first) = unknown.first() {
            return Err(unusable(format!("there is no {first:?} here; there are: {}", known.join(", "))));
        }
    }
    for sample in samples {
        template.render(sample).map_err(|error| unusable(reason(&error)))?;
    }
    Ok(())
}

/// What went wrong, with the line, on one line.
fn reason(error: &minijinja::Error) -> String {
    let what = error
        .detail()
        .map_or_else(|| error.kind().to_string(), |detail| format!("{}: {detail}", error.kind()));
    error.line().map_or(what.clone(), |line| format!("line {line}: {what}"))
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
        check("en/result.txt", "{% for row in votes %}{{ row.nonesuch }}{% endfor %}", "line 1");
        check("en/digest.txt", "{% if %}", "line 1");
        check("en/nonesuch.txt", "", "en/result.txt");
        assert_eq!(complaints("en/opened.txt", "Proposal {{ number }} is open.\n"), Vec::<String>::new());
    }
}
