//! What an element's `style` and colour attributes say of its text: whether it can be seen, and how it is set off.

/// A colour as red, green, blue.
pub(super) type Colour = [u8; 3];

/// What a style says; `None` where it says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Style {
    /// Not shown, whatever the elements inside say.
    pub(super) hidden: bool,
    /// Said to be shown: by `display`, or by `opacity`.
    pub(super) displayed: bool,
    /// `visibility`: whether it is hidden; elements inside may be shown again.
    pub(super) invisible: Option<bool>,
    /// `font-size`: whether too small to be seen.
    pub(super) tiny: Option<bool>,
    pub(super) colour: Option<Colour>,
    /// The outer `None`: nothing is said; the inner one: a picture, or a colour that is not known.
    pub(super) background: Option<Option<Colour>>,
    pub(super) struck: bool,
    pub(super) kept_spaces: bool,
    pub(super) only_indents: bool,
    /// A line on the left and on no other side.
    pub(super) barred: bool,
    /// The line that Outlook draws above the original.
    pub(super) opens_forward: bool,
}

/// How many octets of a style are read.
const LONGEST: usize = 1000;

/// How far left or up a box is put to be out of sight, in pixels.
const OUT_OF_SIGHT: f32 = -500.0;

impl Style {
    pub(super) fn read(text: &str) -> Self {
        let text = &text[..text.floor_char_boundary(LONGEST)];
        let mut style = Style::default();
        let (mut clipped, mut flat, mut boxed) = (false, false, false);
        for declaration in text.split(';') {
            let Some((name, value)) = declaration.split_once(':') else { continue };
            let name = name.trim().to_ascii_lowercase();
            let value = value.to_ascii_lowercase().replace("!important", "");
            let value = value.trim();
            match name.as_str() {
                "display" if value == "none" => style.hidden = true,
                "display" => style.displayed = true,
                "mso-hide" => style.hidden |= value == "all",
                "visibility" => style.invisible = Some(matches!(value, "hidden" | "collapse")),
                "opacity" => {
                    let clear = number(value).is_some_and(|value| value < 0.1);
                    style.hidden |= clear;
                    style.displayed |= !clear;
                }
                "font-size" => style.tiny = is_tiny(value).or(style.tiny),
                "max-height" | "height" | "max-width" | "width" => {
                    flat |= number(value).is_some_and(|value| value <= 1.0) && !value.ends_with('%');
                }
                "overflow" | "overflow-x" | "overflow-y" => clipped |= matches!(value, "hidden" | "clip"),
                "text-indent" | "left" | "top" | "margin-left" => {
                    style.hidden |= number(value).is_some_and(|value| value <= OUT_OF_SIGHT);
                }
                "color" => {
                    style.hidden |= is_transparent(value);
                    style.colour = colour(value);
                }
                "background" | "background-color" | "background-image" => {
                    style.background = background(value).or(style.background);
                }
                "text-decoration" | "text-decoration-line" => style.struck |= value.contains("line-through"),
                "white-space" => style.kept_spaces |= value.starts_with("pre") && value != "pre-line",
                "border" => {
                    style.only_indents |= matches!(value, "none" | "medium" | "medium none" | "0" | "0px")
                }
                "border-left" => style.barred = is_line(value),
                "border-top" => {
                    style.opens_forward |= is_outlooks(value);
                    boxed |= is_line(value);
                }
                "border-right" | "border-bottom" => boxed |= is_line(value),
                _ => {}
            }
        }
        style.hidden |= clipped && flat;
        style.barred &= !boxed;
        style
    }
}

/// The number that `value` begins with.
fn number(value: &str) -> Option<f32> {
    let end =
        value.find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | '-' | '+')).unwrap_or(value.len());
    value[..end].parse().ok()
}

fn is_tiny(value: &str) -> Option<bool> {
    let size = number(value)?;
    let unit = value.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | '+')).trim();
    Some(match unit {
        "em" | "rem" | "ex" | "ch" => size < 0.1,
        "%" => size < 10.0,
        "in" | "cm" | "mm" => size < 0.02,
        _ => size <= 1.0,
    })
}

fn is_transparent(value: &str) -> bool {
    let alpha = value
        .strip_prefix("rgba(")
        .and_then(|inside| inside.strip_suffix(')'))
        .and_then(|inside| inside.rsplit([',', '/', ' ']).next())
        .and_then(number);
    value == "transparent" || alpha.is_some_and(|alpha| alpha < 0.1)
}

fn background(value: &str) -> Option<Option<Colour>> {
    if is_transparent(value) || matches!(value, "none" | "inherit" | "initial" | "unset" | "") {
        return None;
    }
    Some(if value.contains("url(") || value.contains("gradient(") { None } else { colour(value) })
}

/// A colour as CSS and HTML write it: `#rgb`, `#rrggbb`, `rgb(…)`, or one of the names used to hide text.
pub(super) fn colour(value: &str) -> Option<Colour> {
    let value = value.trim();
    if let Some(inside) =
        value.strip_prefix("rgb").and_then(|rest| rest.trim_start_matches('a').strip_prefix('('))
    {
        let mut parts = inside.trim_end_matches(')').split([',', ' ', '/']).filter(|part| !part.is_empty());
        let mut part = || parts.next()?.trim().parse().ok();
        return Some([part()?, part()?, part()?]);
    }
    let named: Option<Colour> = match value.to_ascii_lowercase().as_str() {
        "white" | "window" => Some([255; 3]),
        "black" | "windowtext" => Some([0; 3]),
        "whitesmoke" => Some([245; 3]),
        "snow" => Some([255, 250, 250]),
        "red" => Some([255, 0, 0]),
        "blue" => Some([0, 0, 255]),
        "green" => Some([0, 128, 0]),
        "gray" | "grey" => Some([128; 3]),
        _ => None,
    };
    let digits = value.strip_prefix('#').unwrap_or(value);
    let hex = |from: usize, len: usize| u8::from_str_radix(digits.get(from..from + len)?, 16).ok();
    named.or_else(|| match digits.len() {
        3 => Some([hex(0, 1)? * 17, hex(1, 1)? * 17, hex(2, 1)? * 17]),
        6 => Some([hex(0, 2)?, hex(2, 2)?, hex(4, 2)?]),
        _ => None,
    })
}

/// Whether a border of this kind is a line to be seen.
fn is_line(value: &str) -> bool {
    const KINDS: [&str; 6] = ["solid", "double", "dashed", "dotted", "ridge", "groove"];
    let words = || value.split(' ').filter(|word| !word.is_empty());
    let no_width = |word: &str| word.starts_with('0') && number(word) == Some(0.0);
    words().any(|word| KINDS.contains(&word)) && !words().any(|word| word == "transparent" || no_width(word))
}

/// Whether nobody can tell the one colour on the other.
pub(super) fn is_lost_on(colour: Colour, background: Colour) -> bool {
    const NEAR: u8 = 12;
    colour.iter().zip(background).all(|(one, other)| one.abs_diff(other) <= NEAR)
}

/// The line of Outlook for Windows and for Mac, as they have drawn it in turn.
fn is_outlooks(value: &str) -> bool {
    const COLOURS: [&str; 4] = ["#e1e1e1", "#b5c4df", "rgb(225", "rgb(181"];
    value.contains("solid") && COLOURS.iter().any(|colour| value.contains(colour))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen() {
        for (style, hidden) in [
            ("display: none", true),
            ("DISPLAY:NONE !important", true),
            ("display:block", false),
            ("mso-hide:all", true),
            ("opacity:0", true),
            ("opacity: 0.9", false),
            ("max-height:0;overflow:hidden", true),
            ("max-height:0px", false),
            ("height:100%;overflow:hidden", false),
            ("width:600px;overflow:hidden", false),
            ("text-indent:-9999px", true),
            ("position:absolute;left:-10000px", true),
            ("margin-left:-18pt", false),
            ("color:transparent", true),
            ("color:rgba(0,0,0,0)", true),
            ("color:rgba(0,0,0,0.9)", false),
        ] {
            assert_eq!(Style::read(style).hidden, hidden, "{style}");
        }
        for (size, tiny) in [
            ("0", Some(true)),
            ("1px", Some(true)),
            ("0.01em", Some(true)),
            ("1em", Some(false)),
            ("11pt", Some(false)),
            ("80%", Some(false)),
            ("small", None),
        ] {
            assert_eq!(Style::read(&format!("font-size:{size}")).tiny, tiny, "{size}");
        }
    }

    #[test]
    fn lines_on_the_left() {
        for (style, barred) in [
            ("border:none;border-left:solid blue 1.5pt;padding:0in 0in 0in 4.0pt", true),
            ("border-left:1px solid #ccc;padding-left:1ex", true),
            ("border-left:0 solid #ccc", false),
            ("border-left:none", false),
            ("border-left:1px solid #ccc;border-right:1px solid #ccc", false),
            ("border:1px solid #ccc", false),
        ] {
            assert_eq!(Style::read(style).barred, barred, "{style}");
        }
    }

    #[test]
    fn colours() {
        for (value, expect) in [
            ("#fff", Some([255; 3])),
            ("#FFFFFF", Some([255; 3])),
            ("ffffff", Some([255; 3])),
            ("White", Some([255; 3])),
            ("rgb(255, 255, 255)", Some([255; 3])),
            ("rgba(1,2,3,.5)", Some([1, 2, 3])),
            ("inherit", None),
            ("#é", None),
        ] {
            assert_eq!(colour(value), expect, "{value}");
        }
        assert!(is_lost_on([255; 3], [250, 255, 255]));
        assert!(!is_lost_on([200; 3], [255; 3]));
    }
}
