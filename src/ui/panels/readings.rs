//! The readings, the ones that matter most first. Says in words what each number means; takes the numbers from `view`.

mod grades;

use super::{Beat, go_to};
use crate::base::{OpId, SimDuration, SimTime};
use crate::lesson::Reading as Asked;
use crate::ui::glossary::{Explained, Word};
use crate::ui::lab::{Lab, Selected, use_lab};
use crate::ui::words;
use crate::view::describe::Names;
use crate::view::readings::{
    Answered, Consistency, Grades, Latency, Leaders, Meter, Readings, Replicas, Share, Untold, Word,
};
use crate::view::stage::{Look, SeenBy, side_letter};
use grades::GradesReading;
use leptos::prelude::*;

/// The meter of this page: it outlives the tab, so that nothing is checked twice.
#[derive(Clone, Copy)]
pub(super) struct Taken {
    meter: StoredValue<Meter, LocalStorage>,
    shows_order: RwSignal<bool>,
    shows_more: RwSignal<bool>,
}

impl Taken {
    pub(super) fn new() -> Taken {
        Taken {
            meter: StoredValue::new_local(Meter::default()),
            shows_order: RwSignal::new(false),
            shows_more: RwSignal::new(false),
        }
    }

    fn read(self, lab: Lab) -> Option<Readings> {
        lab.read(|playback| self.meter.try_update_value(|meter| meter.read(playback))).flatten()
    }

    fn grades(self, lab: Lab) -> Option<Grades> {
        lab.read(|playback| self.meter.try_update_value(|meter| meter.grades(playback))).flatten()
    }

    fn order(self, lab: Lab) -> Vec<(OpId, String)> {
        let order = lab.read(|playback| self.meter.try_with_value(|meter| meter.order(playback, LATEST)).flatten());
        order.flatten().unwrap_or_default()
    }
}

/// So many operations of an order are shown.
const LATEST: usize = 10;

/// The readings.
#[component]
pub(super) fn ReadingsPanel(beat: RwSignal<Beat>, taken: Taken) -> impl IntoView {
    let lab = use_lab();
    let readings = Memo::new(move |_| {
        beat.get();
        taken.read(lab)
    });
    let of = move |words: fn(Lab, &Readings) -> AnyView| move || readings.read().as_ref().map(|all| words(lab, all));
    let consistency = Memo::new(move |_| readings.read().as_ref().map(|all| all.consistency.clone()));
    view! {
        <Reading title="Consistency" kind=Asked::Consistency>
            {move || consistency.get().map(|it| consistency_words(lab, &it, taken))}
            <Order readings taken />
        </Reading>
        <Reading title="Answered within 1 s" kind=Asked::Availability>{of(|_, all| answered_words(&all.answered))}</Reading>
        <Reading title="Told “unknown”, or waiting" kind=Asked::Availability>{of(|lab, all| untold_words(lab, &all.untold))}</Reading>
        <Reading title="Same on replicas" kind=Asked::Consistency leads=false>{of(|_, all| same_words(all.replicas.as_ref()))}</Reading>
        <Reading title="Promises broken" kind=Asked::Consistency>{of(promises_words)}</Reading>
        <Reading title="Stale reads" kind=Asked::Consistency leads=false>{of(|_, all| stale_words(all.replicas.as_ref()))}</Reading>
        <GradesReading beat taken />
        <p class="detail" hidden=move || !lab.hides_outcomes.get()>"Hidden until you have answered."</p>
        <p class="detail" hidden=move || lab.hides_outcomes.get() || lab.seen_by.get() == SeenBy::Observer>
            "Readings are the observer's: nobody in the run can know them."
        </p>
        <p class="detail" hidden=move || is_hidden(lab) || !lab.readings.read().as_ref().is_some_and(Vec::is_empty)>
            "This step needs no readings."
        </p>
        <details
            class="more"
            hidden=move || is_hidden(lab) || (lab.readings.read().is_some() && !wants_more(lab))
            prop:open=move || wants_more(lab) || taken.shows_more.get_untracked()
            on:toggle=move |event| {
            let is_open = event_target::<web_sys::HtmlDetailsElement>(&event).open();
            taken.shows_more.set(is_open);
        }>
            <summary hidden=move || lab.readings.read().is_some()>"More readings"</summary>
            <Reading title="Latency" kind=Asked::Latency>{of(|_, all| latency_words(&all.latency))}</Reading>
            <Reading title="Leader changes" kind=Asked::Leaders leads=true>{of(|lab, all| leaders_words(lab, &all.leaders))}</Reading>
            <Reading title="Entries short of a quorum" kind=Asked::Short leads=true>{of(|_, all| short_words(all.short))}</Reading>
            <Reading title="Traffic" kind=Asked::Messages>{of(|_, all| traffic_words(all))}</Reading>
        </details>
    }
}

/// One reading. A lesson shows those that it asks for, and none while it asks what will happen.
#[component]
fn Reading(
    title: &'static str,
    kind: Asked,
    /// Whether it is about clusters with leaders, or about those without; about both if not said.
    #[prop(optional, into)]
    leads: Option<bool>,
    children: Children,
) -> impl IntoView {
    let lab = use_lab();
    let is_other = Memo::new(move |_| {
        let has_leaders = lab.frame.read().nodes.iter().all(|node| node.look != Look::Replica);
        leads.is_some_and(|leads| leads != has_leaders)
    });
    let is_off = move || is_hidden(lab) || is_other.get() || !is_wanted(lab, kind);
    view! {
        <section class="reading" hidden=is_off>
            <h2>{title}</h2>
            {children()}
        </section>
    }
}

/// Whether readings would tell what is not to be known: the answer to a question, or more than a party of the run can know.
fn is_hidden(lab: Lab) -> bool {
    lab.hides_outcomes.get() || lab.seen_by.get() != SeenBy::Observer
}

fn is_wanted(lab: Lab, kind: Asked) -> bool {
    lab.readings.read().as_ref().is_none_or(|wanted| wanted.contains(&kind))
}

/// Whether a lesson asks for one of the readings that are folded away.
fn wants_more(lab: Lab) -> bool {
    let folded = [Asked::Latency, Asked::Leaders, Asked::Short, Asked::Messages];
    lab.readings.read().is_some() && folded.into_iter().any(|kind| is_wanted(lab, kind))
}

fn figure(class: &'static str, text: impl Into<String>) -> impl IntoView {
    view! { <p class=format!("figure {class}")>{text.into()}</p> }
}

fn consistency_words(lab: Lab, it: &Consistency, taken: Taken) -> AnyView {
    let checked = match it.checked {
        1 => "1 operation checked".to_owned(),
        count => format!("{count} operations checked"),
    };
    match &it.word {
        Word::Nothing => view! { {figure("", "–")} <p class="detail">"No operation yet."</p> }.into_any(),
        Word::Linearizable => {
            let label = move || if taken.shows_order.get() { "hide the order" } else { "show the order" };
            view! {
                <p class="figure promised"><Word word=Explained::Linearizable place="reading" /></p>
                <p class="detail">
                    {checked} " · "
                    <button
                        type="button"
                        class="link"
                        aria-expanded=move || if taken.shows_order.get() { "true" } else { "false" }
                        on:click=move |_| taken.shows_order.update(|shown| *shown = !*shown)
                    >
                        {label}
                    </button>
                </p>
            }
            .into_any()
        }
        Word::NotLinearizable(offender) => {
            let class = if it.is_promised { "broken" } else { "" };
            let not_promised = (!it.is_promised).then_some(it.why_not);
            view! {
                {figure(class, "not linearizable")}
                <p class="detail">
                    "No order of the " {checked.replace(" checked", "")} " explains this answer: "
                    {moment(lab, offender.words.clone(), offender.at, Some(offender.op))} ". " {not_promised}
                </p>
            }
            .into_any()
        }
        Word::Undecided(why) => {
            view! { {figure("unknown", "not decided")} <p class="detail">{checked} ", but " {why.clone()} "."</p> }
                .into_any()
        }
    }
}

/// An order that explains every answer, if somebody asks for it.
#[component]
fn Order(readings: Memo<Option<Readings>>, taken: Taken) -> impl IntoView {
    let lab = use_lab();
    let is_good = move || readings.read().as_ref().is_some_and(|all| all.consistency.word == Word::Linearizable);
    let order = Memo::new(move |_| {
        let _ = readings.read();
        if taken.shows_order.get() && is_good() { taken.order(lab) } else { Vec::new() }
    });
    move || {
        let order = order.get();
        (!order.is_empty()).then(|| {
            let rows = order.into_iter().map(|(op, words)| view! { <li>{select(lab, words, op)}</li> }).collect_view();
            view! {
                <p class="detail">"As if done one after the other, the latest last:"</p>
                <ol class="order">{rows}</ol>
            }
        })
    }
}

fn answered_words(it: &Answered) -> AnyView {
    let window = format!("asked from {} to {}", short_time(it.from), short_time(it.to));
    let Some(per_cent) = it.all.per_cent() else {
        return view! { {figure("", "–")} <p class="detail">"Nothing was " {window} "."</p> }.into_any();
    };
    let Share { ok, .. } = it.all;
    let sides: Vec<String> = it.sides.iter().enumerate().map(|(at, share)| side_share(at, *share)).collect();
    let sides = (!sides.is_empty()).then(|| view! { <p class="detail">{sides.join(", ")}</p> });
    view! {
        {figure("", format!("{per_cent} %"))}
        {sides}
        <p class="detail">{format!("{ok} of {} {window}", it.all.of())}</p>
    }
    .into_any()
}

fn side_share(at: usize, share: Share) -> String {
    match share.per_cent() {
        Some(per_cent) => format!("side {} {per_cent} %", side_letter(at)),
        None => format!("side {} nothing asked", side_letter(at)),
    }
}

fn untold_words(lab: Lab, it: &Untold) -> AnyView {
    let count = it.count();
    if count == 0 {
        return view! { {figure("", "0")} <p class="detail">"Every client knows what became of its operations."</p> }
            .into_any();
    }
    let who = lab.read(|playback| {
        let names = Names::new(playback.session().cluster().config());
        let unknown = it.unknown.iter().map(|(client, count)| format!("{} {}", names.client(*client), times(*count)));
        let mut waits: Vec<String> = it.waiting.iter().map(|waiting| names.client(waiting.client)).collect();
        waits.dedup();
        let waits = (!waits.is_empty()).then(|| format!("{} waits", waits.join(", ")));
        unknown.chain(waits).collect::<Vec<_>>().join(", ")
    });
    let longest = it.longest.map(|(op, length)| {
        view! { " · longest " {select(lab, words::length(length), op)} }
    });
    view! { {figure("unknown", count.to_string())} <p class="detail">{who} {longest}</p> }.into_any()
}

fn times(count: u32) -> String {
    match count {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        more => format!("{more} times"),
    }
}

fn same_words(it: Option<&Replicas>) -> AnyView {
    let Some(it) = it else { return ().into_any() };
    let Some(worst) = &it.worst else {
        return view! { {figure("", "–")} <p class="detail">"No replica holds anything."</p> }.into_any();
    };
    let all = match worst.versions {
        0 | 1 => "the latest".to_owned(),
        2 => "both versions".to_owned(),
        several => format!("all {several} versions"),
    };
    let have = if worst.have == 1 { "has" } else { "have" };
    let looked = if it.keys < it.all_keys {
        format!(" Of {} keys, {} were looked at.", it.all_keys, it.keys)
    } else {
        String::new()
    };
    let hints = match it.hints {
        0 => String::new(),
        1 => " 1 hint waits.".to_owned(),
        several => format!(" {several} hints wait."),
    };
    let keys = if it.keys == 1 {
        format!("replicas of {}.", worst.key)
    } else {
        format!("replicas of {}; {} of {} keys are the same on all.", worst.key, it.same, it.keys)
    };
    view! {
        {figure("", format!("{} of {} {have} {all}", worst.have, worst.of))}
        <p class="detail">{keys} {looked} {hints}</p>
    }
    .into_any()
}

fn stale_words(it: Option<&Replicas>) -> AnyView {
    let Some(it) = it else { return ().into_any() };
    if it.reads == 0 {
        return view! { {figure("", "–")} <p class="detail">"No read was answered yet."</p> }.into_any();
    }
    let note = "Of the reads that were answered, those that missed a write which was confirmed before they began.";
    view! { {figure("", format!("{} of {}", it.stale, it.reads))} <p class="detail">{note}</p> }.into_any()
}

fn promises_words(lab: Lab, all: &Readings) -> AnyView {
    let it = &all.promises;
    let by_rule = all.replicas.as_ref().map(|replicas| replicas.broken.as_slice()).unwrap_or_default();
    let count = it.count() + by_rule.len();
    let is_empty = it.is_empty() && by_rule.is_empty();
    let class = if count > 0 { "broken" } else { "" };
    let by_rule = by_rule.iter().map(|broken| {
        let fate = broken.fate.words();
        view! { <li>{fate} ": " {moment(lab, broken.words.clone(), broken.at, Some(broken.op))}</li> }
    });
    let by_rule = by_rule.collect_view();
    let lost = it.lost.iter().map(|lost| {
        view! { <li>"Lost: " {moment(lab, lost.words.clone(), lost.at, Some(lost.op))}</li> }
    });
    let rules = it.rules.iter().map(|rule| {
        let said = format!("{}: {}", rule.name, rule.seen);
        view! { <li class="broken">"Rule broken, " {moment(lab, said, rule.at, None)} <span class="detail">{rule.meaning}</span></li> }
    });
    let wrong = it.is_answer_wrong.then(|| view! { <li>"A client was given a wrong answer: see Consistency."</li> });
    let none = is_empty.then(|| view! { <p class="detail">"No confirmed write was lost."</p> });
    let list = (!is_empty).then(|| {
        view! { <ul class="detail">{lost.collect_view()} {by_rule} {wrong} {rules.collect_view()}</ul> }
    });
    view! { {figure(class, count.to_string())} {none} {list} }.into_any()
}

fn latency_words(it: &Latency) -> AnyView {
    let Some(p50) = it.p50 else {
        return view! { {figure("", "–")} <p class="detail">"No operation yet."</p> }.into_any();
    };
    let (label, high) = match (it.p99, it.max) {
        (Some(p99), _) => ("p99", p99),
        (None, max) => ("longest", max.unwrap_or_default()),
    };
    let note = if it.p99.is_none() { "Below 100 operations there is no p99. " } else { "" };
    view! {
        <p class="figure">
            <span class="half"><small>"p50 "</small>{words::length(p50)}</span>
            <span class="half"><small>{label} " "</small>{words::length(high)}</span>
        </p>
        {histogram(it)}
        <p class="detail">{note} "Open operations count at their present age."</p>
    }
    .into_any()
}

/// Bars for those who see them, and a sentence for those who do not.
fn histogram(it: &Latency) -> impl IntoView + use<> {
    let most = it.bars.iter().map(|bar| bar.count).max().unwrap_or(1).max(1);
    let bound = |to: Option<SimDuration>| to.map_or_else(|| "more".to_owned(), words::length);
    let said: Vec<String> = it
        .bars
        .iter()
        .filter(|bar| bar.count > 0)
        .map(|bar| format!("{} up to {}", bar.count, bound(bar.to)))
        .collect();
    let bars = it.bars.iter().map(|bar| {
        let height = if bar.count == 0 { 0 } else { (bar.count * 100 / most).max(4) };
        view! { <i style:height=format!("{height}%") title=format!("{} up to {}", bar.count, bound(bar.to))></i> }
    });
    let bars = bars.collect_view();
    let ends = it.bars.first().zip(it.bars.last()).map(|(first, last)| (bound(first.to), bound(last.to)));
    let ends = ends
        .map(|(first, last)| view! { <p class="ends" aria-hidden="true"><span>{first}</span><span>{last}</span></p> });
    view! {
        <div class="histogram" role="img" aria-label=format!("Operations by how long they took: {}", said.join(", "))>{bars}</div>
        {ends}
    }
}

fn leaders_words(lab: Lab, it: &Leaders) -> AnyView {
    let rows = it.now.iter().enumerate().map(|(at, (node, term, since))| {
        let node = *node;
        let says = if at == 0 { " leads term " } else { " says that it leads term " };
        view! {
            <li>
                <button type="button" class="link" on:click=move |_| lab.selected.set(Some(Selected::Node(node)))>{node.to_string()}</button>
                {says} {*term} ", since " {seconds(*since)}
            </li>
        }
    });
    let rows = rows.collect_view();
    let nobody = it.now.is_empty().then(|| view! { <li>"Nobody leads."</li> });
    view! { {figure("", it.changes.to_string())} <ul class="detail">{rows} {nobody}</ul> }.into_any()
}

fn short_words(short: u64) -> AnyView {
    let words = if short == 0 {
        "Every entry is on the disks of a majority."
    } else {
        "In some log, and on too few disks to be committed."
    };
    view! { {figure(if short > 0 { "unknown" } else { "" }, short.to_string())} <p class="detail">{words}</p> }
        .into_any()
}

fn traffic_words(all: &Readings) -> AnyView {
    let traffic = all.traffic;
    view! {
        {figure("", format!("{} messages", traffic.messages))}
        <p class="detail">{bytes(traffic.bytes)} " in the last second of simulated time"</p>
    }
    .into_any()
}

fn bytes(count: u64) -> String {
    match count {
        0..10_000 => format!("{count} bytes"),
        10_000..10_000_000 => format!("{} kB", count / 1_000),
        _ => format!("{} MB", count / 1_000_000),
    }
}

/// A button that goes to a moment, and selects what it is about.
fn moment(lab: Lab, words: String, at: SimTime, op: Option<OpId>) -> impl IntoView + use<> {
    view! {
        <button
            type="button"
            class="link"
            on:click=move |_| {
                go_to(lab, at);
                if let Some(op) = op {
                    lab.selected.set(Some(Selected::Operation(op)));
                }
            }
        >
            {words} ", at " {seconds(at)}
        </button>
    }
}

/// A button that selects an operation.
fn select(lab: Lab, words: String, op: OpId) -> impl IntoView + use<> {
    view! {
        <button type="button" class="link" on:click=move |_| lab.selected.set(Some(Selected::Operation(op)))>{words}</button>
    }
}

fn seconds(time: SimTime) -> String {
    words::seconds(time)
}

/// To a tenth of a second: the ends of a window that slides.
fn short_time(time: SimTime) -> String {
    format!("{}.{} s", time.0 / 1_000_000, time.0 / 100_000 % 10)
}
