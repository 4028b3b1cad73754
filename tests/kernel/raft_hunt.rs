//! Raft under every setting, fault and order that can be drawn: no monitor turns red.

use crate::support::lab::ms;
use crate::support::swarm::{Case, Class};
use netsplit::check::Invariants;

fn broken(case: &Case) -> Vec<String> {
    let mut world = case.world();
    let mut invariants = Invariants::default();
    while world.step_until(case.until) {
        invariants.see_raft(&world);
    }
    invariants.broken().iter().map(|broken| format!("{} at {}: {}", broken.invariant, broken.at, broken.seen)).collect()
}

#[test]
#[expect(clippy::disallowed_methods, reason = "hunting")]
fn hunt() {
    let get = |name: &str, or: u32| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(or);
    let (from, to) = (get("HUNT_FROM", 1), get("HUNT_TO", 200));
    let class = if std::env::var_os("HUNT_HOSTILE").is_some() { Class::Hostile } else { Class::Safe };
    let silent = std::env::var_os("HUNT_OFF").is_some();
    let mut red = 0;
    for seed in from..=to {
        let case = Case::draw(seed, class, ms(3_000));
        if silent {
            let mut world = case.world();
            while world.step_until(case.until) {}
            continue;
        }
        let result = broken(&case);
        if !result.is_empty() {
            red += 1;
            println!("seed {seed} {:?}", case.raft.break_it);
            for line in result {
                println!("    {line}");
            }
        }
    }
    println!("{red} red");
}
