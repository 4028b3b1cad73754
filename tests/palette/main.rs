//! The colours of the styles: what is read on what, what must be seen beside what, and what is told apart by whom.

mod colour;

use colour::{Eyes, Light, contrast, distance, parse};
use std::collections::BTreeMap;

type Palette = BTreeMap<String, Light>;

const TOKENS: &str = include_str!("../../style/tokens.css");

/// What a reader reads on each ground.
const WORDS: [&str; 6] = ["ink", "second", "authority", "promised", "unknown", "broken"];
const GROUNDS: [&str; 3] = ["paper", "card", "raised"];

/// The roles of nodes: told apart by shape and letter too, and still by colour.
const ROLES: [&str; 4] = ["leader", "follower", "candidate", "down"];

/// The custom properties that are colours, of the block that follows a selector.
fn block(css: &str, selector: &str) -> Palette {
    let from = css.find(selector).unwrap_or_else(|| panic!("no block {selector}"));
    let body = css[from..].split_once('{').and_then(|(_, rest)| rest.split_once('}')).expect("a block").0;
    let property = |line: &str| {
        let (name, value) = line.trim().strip_prefix("--")?.split_once(':')?;
        Some((name.to_owned(), parse(value.trim().trim_end_matches(';'))?))
    };
    body.lines().filter_map(property).collect()
}

fn palettes() -> [(&'static str, Palette); 2] {
    [("light", block(TOKENS, ":root {")), ("dark", block(TOKENS, ":root[data-theme=\"dark\"] {"))]
}

/// Pairs that fall short of a contrast.
fn faint(palette: &Palette, pairs: &[(String, String)], least: f64) -> Vec<String> {
    let of = |name: &str| *palette.get(name).unwrap_or_else(|| panic!("no colour {name}"));
    let measured = pairs.iter().map(|(one, other)| (one, other, contrast(of(one), of(other))));
    measured
        .filter(|(.., found)| *found < least)
        .map(|(one, other, found)| format!("{one} on {other}: {found:.2}"))
        .collect()
}

fn pairs<'a>(fronts: impl IntoIterator<Item = String>, grounds: &'a [&'a str]) -> Vec<(String, String)> {
    let on = |front: String| grounds.iter().map(move |ground| (front.clone(), (*ground).to_owned()));
    fronts.into_iter().flat_map(on).collect()
}

fn words() -> Vec<(String, String)> {
    let mut found = pairs(WORDS.map(str::to_owned), &GROUNDS);
    found.extend(pairs((1..=9).map(|node| format!("node-{node}")), &["paper", "card"]));
    found.extend(pairs(["a", "b", "c"].map(|side| format!("side-{side}-text")), &["paper"]));
    let roles = ROLES.into_iter().chain(["authority"]);
    found.extend(roles.map(|role| (format!("on-{role}"), role.to_owned())));
    found.extend(
        [("promised", "promised-fill"), ("unknown", "unknown-fill")]
            .map(|(one, other)| (one.to_owned(), other.to_owned())),
    );
    found
}

fn shapes() -> Vec<(String, String)> {
    let shapes =
        ["line", "outline", "ring", "side-a", "side-b", "side-c", "authority", "promised", "unknown", "broken"];
    pairs(shapes.map(str::to_owned), &["paper", "card"])
}

/// The least distance between two roles, for each pair of eyes.
fn closest(palette: &Palette) -> Vec<(Eyes, f64)> {
    let of = |eyes: Eyes| {
        let seen: Vec<Light> = ROLES.iter().map(|role| eyes.see(palette[*role])).collect();
        let apart = |at: usize| seen[..at].iter().map(|other| distance(seen[at], *other)).fold(f64::MAX, f64::min);
        (eyes, (1..seen.len()).map(apart).fold(f64::MAX, f64::min))
    };
    Eyes::ALL.into_iter().map(of).collect()
}

#[test]
fn words_can_be_read_on_their_grounds() {
    for (name, palette) in palettes() {
        assert_eq!(faint(&palette, &words(), 4.5), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn shapes_stand_out_from_their_grounds() {
    for (name, palette) in palettes() {
        assert_eq!(faint(&palette, &shapes(), 3.0), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn roles_are_told_apart_whoever_looks() {
    for (name, palette) in palettes() {
        for (eyes, apart) in closest(&palette) {
            let least = if eyes == Eyes::Grey { 11.0 } else { 18.0 };
            assert!(apart >= least, "{name}, {eyes:?}: {apart:.1}");
        }
    }
}

#[test]
fn the_system_s_dark_is_the_chosen_dark() {
    let system = block(TOKENS, ":root:not([data-theme=\"light\"]) {");
    assert_eq!(system, block(TOKENS, ":root[data-theme=\"dark\"] {"));
    let light = block(TOKENS, ":root {");
    let same: Vec<&String> = light.keys().filter(|name| !system.contains_key(*name)).collect();
    assert_eq!(same, Vec::<&String>::new(), "every colour has a dark one");
}

/// What is looked for can be found: a pale grey on white, and roles that differ in hue alone.
#[test]
fn what_is_wrong_is_found() {
    let pale = block(":root { \n--paper: #ffffff;\n--second: #b0b0b0;\n }", ":root {");
    assert_eq!(faint(&pale, &pairs(["second".to_owned()], &["paper"]), 4.5), ["second on paper: 2.17"]);
    // Okabe and Ito's blue, green, vermilion and grey, which collapse in greyscale.
    let hues = ":root {\n--leader: #0072b2;\n--follower: #666666;\n--candidate: #009e73;\n--down: #d55e00;\n}";
    let grey = closest(&block(hues, ":root {")).into_iter().find(|(eyes, _)| *eyes == Eyes::Grey);
    assert!(grey.is_some_and(|(_, apart)| apart < 11.0), "{grey:?}");
}
