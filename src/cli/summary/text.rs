//! The summary as people read it.

use std::fmt;

use netsplit::base::SimDuration;

use super::Summary;

/// A longer list is shown in part.
const SHOWN_MAX: usize = 20;

fn seconds(us: u64) -> String {
    format!("{}.{:06} s", us / 1_000_000, us % 1_000_000)
}

fn length(us: u64) -> String {
    SimDuration(us).to_string()
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.break_it.is_empty() {
            writeln!(f, "RULES SWITCHED OFF: {}", self.break_it.join(", "))?;
        }
        writeln!(f, "{} (scenario {}, seed {})", self.title, self.scenario, self.seed)?;
        writeln!(f, "ran for {}: {} events, {} records", length(self.time_us), self.events, self.records)?;
        if let Some(halt) = &self.halted {
            writeln!(f, "stood still before its end, {}: {halt}", length(self.until_us))?;
        }
        self.show_leaders(f)?;
        self.show_operations(f)?;
        let messages = &self.messages;
        writeln!(f, "\nmessages    {} sent, {} handled, {} died", messages.sent, messages.delivered, messages.dropped)?;
        self.show_commands(f)?;
        self.show_claims(f)?;
        self.show_invariants(f)?;
        writeln!(f, "\ntrace_hash  {} ({})", self.trace_hash, self.hash)
    }
}

impl Summary {
    fn show_leaders(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.leaders.is_empty() {
            return writeln!(f, "\nleaders     none");
        }
        writeln!(f, "\nleaders")?;
        for led in self.leaders.iter().take(SHOWN_MAX) {
            let until = led.until_us.map_or("the end".to_owned(), seconds);
            writeln!(f, "  {:<4} term {:<3} from {} to {until}", led.node, led.term, seconds(led.from_us))?;
        }
        show_rest(self.leaders.len(), f)
    }

    fn show_operations(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = &self.operations;
        write!(f, "\noperations  {} invoked", all.invoked)?;
        if all.invoked > 0 {
            write!(f, ": {} ok, {} failed, {} unknown, {} open", all.ok, all.failed, all.unknown, all.open)?;
        }
        writeln!(f)?;
        let Some(median) = self.latency.p50_us else { return Ok(()) };
        write!(f, "latency     p50 {}", length(median))?;
        match (self.latency.p99_us, self.latency.max_us) {
            (Some(p99), _) => writeln!(f, ", p99 {}", length(p99)),
            (None, Some(max)) => writeln!(f, ", maximum {} (too few for a p99)", length(max)),
            (None, None) => writeln!(f),
        }
    }

    fn show_commands(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.commands.is_empty() {
            return Ok(());
        }
        writeln!(f, "\ncommands")?;
        for command in self.commands.iter().take(SHOWN_MAX) {
            writeln!(f, "  {}  {}", seconds(command.time_us), command.text)?;
        }
        show_rest(self.commands.len(), f)
    }

    fn show_claims(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.claims.is_empty() {
            return Ok(());
        }
        write!(f, "\nclaims")?;
        if !self.is_claimed {
            let (seed, until) = (self.own.seed, length(self.own.until.0));
            write!(f, "      about seed {seed} over {until}; for this run they are only reported")?;
        }
        writeln!(f)?;
        for claim in &self.claims {
            let mark = if claim.holds { '\u{2713}' } else { '\u{2717}' };
            let when = claim.decided_at_us.map_or(String::new(), |us| format!(" (decided at {})", seconds(us)));
            writeln!(f, "  {mark} {}{when}", claim.name)?;
        }
        Ok(())
    }

    fn show_invariants(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.invariants.is_empty() {
            return writeln!(f, "\ninvariants  held");
        }
        writeln!(f, "\ninvariants")?;
        for broken in &self.invariants {
            let (mark, claimed) =
                if broken.is_claimed { ('\u{2713}', "broken, as claimed,") } else { ('\u{2717}', "broken") };
            writeln!(f, "  {mark} {}: {claimed} at {}: {}", broken.name, seconds(broken.time_us), broken.seen)?;
        }
        Ok(())
    }
}

fn show_rest(len: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match len.saturating_sub(SHOWN_MAX) {
        0 => Ok(()),
        more => writeln!(f, "  ... and {more} more"),
    }
}
