//! Reads a golden script, acts it out, and writes it down again with what really happened.

mod stage;
mod transcript;

use stage::Stage;

/// Acts a script out. Gives the script with its outputs as they are now.
pub(crate) fn act(script: &str) -> Result<String, String> {
    let mut stage = Stage::default();
    let mut acted = String::new();
    let mut lines = script.lines().enumerate().peekable();
    while let Some((number, line)) = lines.next() {
        acted.push_str(line);
        acted.push('\n');
        if line.starts_with('#') || line.trim().is_empty() {
            continue;
        }
        let output = stage.perform(line).map_err(|problem| format!("line {}, `{line}`: {problem}", number + 1))?;
        if lines.next_if(|(_, next)| *next == "----").is_none() {
            return Err(format!("line {}, `{line}`: a line of ---- must follow", number + 1));
        }
        acted.push_str("----\n");
        while lines.next_if(|(_, next)| !next.trim().is_empty()).is_some() {}
        for line in output {
            acted.push_str(line.trim_end());
            acted.push('\n');
        }
    }
    // The monitors look on. A story that is about a broken rule or disk says what it breaks.
    let said = script.lines().find_map(|line| line.strip_prefix("# Breaks "));
    let said: Vec<&str> = said.map_or(Vec::new(), |ids| ids.trim_end_matches('.').split(", ").collect());
    let broken = stage.broken();
    if broken == said { Ok(acted) } else { Err(format!("it breaks {broken:?}, and says {said:?}")) }
}

/// The first line in which two texts differ, with a few lines around it.
pub(crate) fn first_difference(expected: &str, found: &str) -> String {
    let same = expected.lines().zip(found.lines()).take_while(|(a, b)| a == b).count();
    let around = |text: &str, sign: char| {
        let lines = text.lines().skip(same.saturating_sub(3)).take(9);
        lines.map(|line| format!("  {sign} {line}\n")).collect::<String>()
    };
    format!("line {}, expected (-) and found (+):\n{}{}", same + 1, around(expected, '-'), around(found, '+'))
}
