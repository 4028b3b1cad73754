//! The inspector: what is selected, laid open. The words are `view`'s; every name in them can be followed.

mod overview;
mod ring;
mod trees;

use super::{Beat, go_to};
use crate::ui::lab::{Lab, use_lab};
use crate::ui::words;
use crate::view::inspector::{Group, Piece, Reason, Sheet, Table, inspect_as};
use crate::view::stage::SeenBy;
use leptos::prelude::*;
use overview::Overview;
use ring::RingPicture;
use trees::TreesPicture;

/// The inspector.
#[component]
pub(super) fn InspectorPanel(beat: RwSignal<Beat>) -> impl IntoView {
    let lab = use_lab();
    let sheet = Memo::new(move |_| {
        beat.get();
        let target = lab.selected.get()?.into();
        let seen_by = lab.seen_by.get();
        lab.read(|playback| {
            let (cluster, chronicle) = (playback.session().cluster(), playback.chronicle());
            inspect_as(seen_by, cluster, chronicle, target)
        })
        .flatten()
    });
    let is_gone = Memo::new(move |_| lab.selected.read().is_some() && sheet.read().is_none());
    let is_free = Memo::new(move |_| lab.selected.read().is_none());
    // The pictures stand between and are made anew for themselves, so that a choice in them is not lost with every event.
    view! {
        <Show
            when=move || is_free.get()
            fallback=move || view! {
                <p>
                    <button type="button" class="link" on:click=move |_| lab.selected.set(None)>"All that is on the stage"</button>
                </p>
            }
        >
            <Overview beat />
        </Show>
        <Show when=move || is_gone.get()>
            <p class="empty">
                {move || match lab.seen_by.get() {
                    SeenBy::Observer => "What was selected is not there at this moment.",
                    SeenBy::Node(_) | SeenBy::Client(_) => "Who sees this cannot know more of it. See as the observer to lay it open.",
                }}
            </p>
        </Show>
        {move || sheet.get().map(|sheet| view! { <First sheet /> })}
        <RingPicture beat />
        <TreesPicture beat />
        {move || sheet.get().map(|sheet| view! { <Rest sheet /> })}
    }
}

/// What matters most, and why it is so.
#[component]
fn First(sheet: Sheet) -> impl IntoView {
    let lab = use_lab();
    let groups = sheet.groups.into_iter().take(FIRST);
    view! {
        <section class="sheet">
            <h2 id="inspected">{sheet.title}</h2>
            {groups.map(|group| group_view(lab, group)).collect_view()}
            {chain(lab, sheet.why)}
        </section>
    }
}

/// All else.
#[component]
fn Rest(sheet: Sheet) -> impl IntoView {
    let lab = use_lab();
    let groups = sheet.groups.into_iter().skip(FIRST);
    view! { <section class="sheet">{groups.map(|group| group_view(lab, group)).collect_view()}</section> }
}

/// So many groups come before the reasons.
const FIRST: usize = 2;

fn group_view(lab: Lab, group: Group) -> impl IntoView {
    let (named, plain): (Vec<_>, Vec<_>) = group.rows.into_iter().partition(|row| !row.name.is_empty());
    let named = (!named.is_empty()).then(|| {
        let rows = named.into_iter().map(|row| view! { <dt>{row.name}</dt> <dd>{pieces(lab, row.value)}</dd> });
        view! { <dl>{rows.collect_view()}</dl> }
    });
    let plain = (!plain.is_empty()).then(|| {
        let rows = plain.into_iter().map(|row| view! { <li>{pieces(lab, row.value)}</li> });
        view! { <ul class="plain">{rows.collect_view()}</ul> }
    });
    let table = group.table.filter(|table| !table.rows.is_empty()).map(|table| table_view(group.title, table));
    view! { <h3>{group.title}</h3> {named} {plain} {table} }
}

fn table_view(title: &'static str, table: Table) -> impl IntoView {
    let head = table.head.into_iter().map(|name| view! { <th scope="col">{name}</th> }).collect_view();
    let rows = table.rows.into_iter().map(|row| {
        let cells = row.into_iter().map(|cell| {
            let is_number = cell.chars().all(|letter| letter.is_ascii_digit());
            view! { <td class:number=is_number>{cell}</td> }
        });
        view! { <tr>{cells.collect_view()}</tr> }
    });
    let rows = rows.collect_view();
    let left_out =
        (table.left_out > 0).then(|| view! { <p class="detail">{format!("and {} earlier ones", table.left_out)}</p> });
    view! {
        <div class="scroll" role="region" aria-label=format!("{title}, table") tabindex="0">
            <table><thead><tr>{head}</tr></thead> <tbody>{rows}</tbody></table>
        </div>
        {left_out}
    }
}

/// What happened, and what led to it.
fn chain(lab: Lab, why: Vec<Reason>) -> impl IntoView {
    (!why.is_empty()).then(|| {
        let rows = why.into_iter().enumerate().map(|(at, reason)| {
            let link = if at == 0 { "" } else { "because " };
            view! { <li>{moment(lab, reason.at)} " " {link} {pieces(lab, reason.words)}</li> }
        });
        view! { <h3>"Why"</h3> <ol class="chain">{rows.collect_view()}</ol> }
    })
}

/// Words, with what they name as buttons.
fn pieces(lab: Lab, pieces: Vec<Piece>) -> impl IntoView {
    let views = pieces.into_iter().map(|piece| match piece {
        Piece::Text(text) => after_name(text).into_any(),
        Piece::Mention(words, target) => view! {
            <button type="button" class="link" on:click=move |_| lab.selected.set(Some(target.into()))>{words}</button>
        }
        .into_any(),
        Piece::Moment(at) => moment(lab, at).into_any(),
    });
    views.collect_view()
}

/// A mark that follows a name stays on its line: a button alone would let it go.
fn after_name(text: String) -> String {
    if text.starts_with([',', ':', ';', '.', ')']) { format!("\u{2060}{text}") } else { text }
}

/// A button that goes to a moment.
fn moment(lab: Lab, at: crate::base::SimTime) -> impl IntoView {
    let time = words::seconds(at);
    view! {
        <button type="button" class="when" title="Go there" aria-label=format!("{time}, go there") on:click=move |_| go_to(lab, at)>{time.clone()}</button>
    }
}
