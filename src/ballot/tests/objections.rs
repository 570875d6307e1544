//! Objections in words: silence is consent, so these must be seen.

use super::{check_all, rule};

/// English objections.
const OBJECTIONS: &[&str] = &[
    "I object",
    "I object.",
    "I object to this.",
    "I strongly object",
    "I must object",
    "I strongly disagree",
    "I disagree with this proposal",
    "I respectfully disagree.",
    "please don't do this",
    "please don't",
    "Please don’t.",
    "Hi all, please don't!",
    "Not in favour.",
    "Please don't.\n\nPlease don't remove it, we use it",
    "Pls don't touch it!",
    "let's not",
    "Let's not do this",
    "let us not rush",
    "wait, I have concerns",
    "I have concerns",
    "I have serious concerns about the licence",
    "I have strong reservations about it",
    "I am against this",
    "I'm definitely against moving the builds",
    "I am opposed to the move",
    "I oppose this",
    "I'm not in favour of this",
    "I am not happy with this",
    "I'm not comfortable with the change",
    "I'm not a fan of this",
    "I don't think we should move the builds",
    "I don't think this is a good idea",
    "I personally do not believe it is wise to move now.",
    "I don't think that makes sense",
    "I don't like the idea",
    "I don't support this.",
    "I cannot support this",
    "I can't agree to this",
    "I do not want this to happen",
    "This is a bad idea",
    "This seems like a terrible idea",
    "That would be a mistake.",
    "It is not a good idea",
    "I think it is a bad idea to move now",
    "I'd rather keep the old host",
    "I'd rather we didn't",
    "I would prefer not to move",
    "I'd prefer that we keep it",
    "We should not do this",
    "This should not be merged",
    "NACK",
    "Nack from me",
    "no from me",
    "It's a no from me",
    "I vote no",
    "I'm voting against",
    "minus one",
    "👎",
    ":-1:",
    "My veto stands.",
    "I veto this",
    "Over my dead body",
    "No, please keep it",
    "I'm not convinced",
    "I am sceptical",
    "I see no reason to move",
    "I don't see any need for it",
    "This makes no sense",
    "That would be premature",
    "We should keep it",
    "That is a step backwards",
    "I really dislike the idea",
    "I'd like to object",
    "Objection!",
    "I raise an objection",
    "It's a hard no from me",
    "Hard no.",
    "thumbs down",
    "I do not agree.",
    "I beg to differ",
    "I don't feel comfortable with that",
    "I have a problem with this",
    "I wouldn't do that",
    "I would argue against that",
    "Don't do this",
    "Do not merge this yet",
    "Let's wait",
    "Let's hold off on this",
    "Doesn't make sense to me",
    "I fail to see the benefit",
    "It would be a mistake to move now",
    "I think this needs more discussion",
    "Removing it would break many setups",
    "Not a fan",
    "I'm not sure this is a good idea",
];

#[test]
fn an_objection_in_words_is_seen() {
    check_all("objects", OBJECTIONS);
}

#[test]
fn objections_in_other_languages() {
    check_all(
        "objects",
        &[
            "Ik maak bezwaar",
            "Ik heb ernstige bezwaren",
            "Ik ben tegen dit voorstel",
            "Ik ben het er niet mee eens",
            "Doe dit alsjeblieft niet",
            "Ik vind dit geen goed plan",
            "Ich bin dagegen",
            "Ich bin strikt gegen das Vorhaben",
            "Ich widerspreche",
            "Ich habe ernste Bedenken",
            "Ich lehne das ab",
            "Das ist keine gute Idee",
            "Je m'oppose",
            "Je suis contre",
            "Je ne suis pas d'accord",
            "J'ai de sérieuses réserves",
            "Ce n'est pas une bonne idée",
            "Me opongo",
            "Estoy en contra",
            "No estoy de acuerdo",
            "Tengo serias objeciones",
            "No es una buena idea",
        ],
    );
}

#[test]
fn what_only_sounds_like_an_objection_is_none() {
    check_all(
        "nothing",
        &[
            "I don't object",
            "I do not object to this",
            "No objections",
            "No objection from my side",
            "I have no objections",
            "I have no concerns",
            "Any objections?",
            "Does anybody object?",
            "If I object, will you stop?",
            "If you disagree, say so",
            "Unless you object, I will do it tomorrow",
            "I am not against it",
            "I'm not opposed to it",
            "I wouldn't be against this",
            "Please don't hesitate to ask",
            "Please don't top-post",
            "please do not reply to this mail",
            "Let's not forget the docs",
            "Let's not worry about that",
            "Please don't worry",
            "Let me keep you posted",
            "This is not a bad idea",
            "I don't think this is a problem",
            "I don't think it matters",
            "Not yet, but soon",
            "Do you think it is a bad idea?",
            "Ik heb geen bezwaar",
            "Ich habe keine Einwände",
            "Je n'ai pas d'objection",
            "No tengo objeciones",
            "I'll merge it tomorrow.",
            "The object is freed twice",
            "No, that is the other host.",
            "No problem :-)",
        ],
    );
}

#[test]
fn a_no_that_is_all_the_post_says_is_asked_about() {
    check_all(
        "held in-words",
        &["No.", "No, thanks!", "Nope", "Hi all,\n\nno.\n\nBob", "Nein", "Nee", "Non", "> a\n\nNo."],
    );
    check_all(
        "nothing",
        &["No.\n\nIt is the other host.", "> a\nNo.\n> b\nIt is ci2.", "No?", "Is it on? No."],
    );
    assert_eq!(rule("No."), "refusal-in-words");
}

#[test]
fn an_objection_in_a_case_that_is_only_thought_of_is_held() {
    check_all(
        "held condition",
        &[
            "I'd object if it broke the mirrors",
            "I would be against it if it cost more.",
            "If it breaks the mirrors, I object.",
            "If it breaks the mirrors I object.",
            "When that is the price, then I'm against it",
        ],
    );
    check_all(
        "objects",
        &["I object unless it is tested", "Unless it is tested I object.", "Until it is tested, I object"],
    );
    check_all(
        "nothing",
        &["If I object, will you stop?", "If you think it is a bad idea, say so", "I asked whether I object"],
    );
    assert_eq!(rule("I'd object if it broke the mirrors"), "objection-supposed");
}

#[test]
fn what_another_says_or_quotes_is_not_the_authors() {
    check_all(
        "nothing",
        &[
            "Bob thinks this is a bad idea",
            "They said we should not do this.",
            "The rules say: \"I object\" is enough",
            "Bob said, this is a bad idea",
        ],
    );
    check_all(
        "objects",
        &[
            "I think, as Bob said, this is a bad idea",
            "As Bob said this is a bad idea",
            "I think he says it is a bad idea",
            "Bob thinks it is fine, but this is a bad idea",
            "My answer: \"please don't\", as always",
        ],
    );
}

#[test]
fn an_objection_that_the_author_lets_pass_does_not_block() {
    check_all(
        "nothing",
        &["I don't like it, but I won't block it.", "I'm not a fan. I can live with it, though."],
    );
    check_all(
        "objects",
        &[
            "I won't block the name. I object to the date.",
            "I don't like it. Would you say I can live with it?",
        ],
    );
}

#[test]
fn an_objection_is_taken_back() {
    check_all(
        "withdraw",
        &[
            "I no longer object.",
            "My concerns have been addressed.",
            "I don't like it.\n\nHm: objection withdrawn.",
        ],
    );
    check_all(
        "objects",
        &[
            "I will not withdraw my objection",
            "My concerns have not been addressed",
            "Objection withdrawn. Bob, I object to the other one.",
        ],
    );
    check_all("nothing", &["I'll withdraw my objection if it is fixed.", "Are my concerns addressed?"]);
    assert_eq!(rule("I no longer object."), "withdrawn-objection");
    assert_eq!(rule("I withdraw my veto."), "withdrawn-vote");
}

#[test]
fn accents_and_umlauts_may_be_left_out() {
    check_all(
        "withdraw",
        &["ich ziehe meine -1 zurueck", "Mes reserves sont levees.", "Retiro mi objecion."],
    );
    check_all("+1", &["ich aendere meine Stimme auf +1", "je change mon vote de -1 a +1"]);
    check_all("nothing", &["das ist eine andere Stimme"]);
}

#[test]
fn a_vote_outweighs_words() {
    check_all("-1", &["-1. I strongly object to this", "I object: the licence is wrong.\n\n-1"]);
    check_all("+1", &["+1. I don't like the name though, but this is a bad idea only in winter"]);
}
