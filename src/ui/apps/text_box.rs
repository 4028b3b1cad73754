//! A text box at a replica. What is typed is gathered for a moment and becomes one command; what others have typed comes in around
//! the caret. Behind the letters stands who typed them. Undo is the text field's own.

use crate::base::NodeId;
use crate::lesson::Tool;
use crate::protocol::Typing;
use crate::sim::Command;
use crate::ui::lab::{Lab, use_lab};
use crate::view::apps::{Ink, Page, Splice, TextBox, inked, letters_before, text_box, units_before};
use leptos::html::Textarea;
use leptos::prelude::*;
use std::time::Duration;

/// What is typed within this time is one command.
const GATHERED: Duration = Duration::from_millis(350);

/// A box: where it stands, and what is typed and not yet said.
#[derive(Clone, Copy)]
struct Desk {
    lab: Lab,
    page: StoredValue<Page>,
    node: RwSignal<NodeId>,
    held: Memo<Option<TextBox>>,
    /// What it shows, worked out once for each text that is held.
    text: Memo<String>,
    area: NodeRef<Textarea>,
    /// What the replica showed when somebody began to type, and what stands in the field by now.
    typed: RwSignal<Option<(String, String)>>,
    /// Whether an input method is putting a letter together, whose parts are nobody's letters.
    composes: StoredValue<bool>,
    /// When what was gathered is to be said.
    due: StoredValue<Option<TimeoutHandle>>,
    /// How many frames after it has come a long text is shown.
    turn: usize,
    /// Whether one has come and is not shown yet.
    waits: RwSignal<bool>,
}

/// The box, with a choice of where it stands.
#[component]
pub(super) fn TextCard(
    page: Page,
    node: NodeId,
    /// How many boxes stand before it.
    place: usize,
) -> impl IntoView {
    let replicas = page.replicas.clone();
    let desk = Desk::at(use_lab(), page, node, place);
    let Desk { lab, node, held, area, composes, waits, .. } = desk;
    let closed = move || held.read().as_ref().and_then(|held| held.closed.clone());
    let is_closed = move || closed().is_some() || held.read().is_none() || !lab.allows(Tool::Write);
    let name = move || format!("Text at {}", node.get());
    let says = move || {
        let hidden = held.read().is_none().then(|| "not seen from here".to_owned());
        let coming = waits.get().then(|| "letters come in …".to_owned());
        closed().or(hidden).or(coming).unwrap_or_else(|| count(held.read().as_ref()))
    };
    let choose = move |chosen: String| {
        desk.say();
        let found = desk.page.with_value(|page| page.replicas.iter().copied().find(|it| it.to_string() == chosen));
        if let Some(found) = found {
            node.set(found);
        }
    };
    let options = replicas.into_iter().map(|it| {
        view! { <option value=it.to_string() selected=move || node.get() == it>{it.to_string()}</option> }
    });
    view! {
        <section class=move || format!("app text-app node-{}", node.get().0) aria-label=name>
            <header>
                <label>
                    "Text at "
                    <select
                        prop:value=move || node.get().to_string()
                        on:change=move |event| choose(event_target_value(&event))
                    >
                        {options.collect_view()}
                    </select>
                </label>
                <span class="says">{says}</span>
            </header>
            <div class="paper" class:long=move || desk.is_long()>
                {move || desk.ink().map(|ink| view! { <div class="ink" aria-hidden="true">{written(&ink)}</div> })}
                <textarea
                    node_ref=area
                    aria-label=name
                    spellcheck="false"
                    autocomplete="off"
                    readonly=is_closed
                    on:input=move |_| desk.typed()
                    on:compositionstart=move |_| composes.set_value(true)
                    on:compositionend=move |_| desk.composed()
                    on:blur=move |_| desk.say()
                ></textarea>
            </div>
        </section>
    }
}

/// Does something so many frames later.
fn after_frames(frames: usize, then: impl FnOnce() + 'static) {
    request_animation_frame(move || match frames {
        0 | 1 => then(),
        more => after_frames(more - 1, then),
    });
}

fn count(held: Option<&TextBox>) -> String {
    match held.map_or(0, TextBox::letters) {
        1 => "1 letter".to_owned(),
        letters => format!("{letters} letters"),
    }
}

/// The letters on the colour of whoever typed them. A line break at the very end takes a line of its own, as it does in a text field.
fn written(ink: &[Ink]) -> impl IntoView + use<> {
    let pieces = ink.iter().map(|ink| view! { <span class=format!("node-{}", ink.by.0)>{ink.letters.clone()}</span> });
    view! { {pieces.collect_view()} "\u{200b}" }
}

impl Desk {
    /// A desk at `node`, that shows what its replica holds from now on.
    fn at(lab: Lab, page: Page, node: NodeId, place: usize) -> Self {
        let node = RwSignal::new(node);
        let key = page.key.clone();
        let held = Memo::new(move |_| {
            lab.frame.track();
            let (node, seen_by) = (node.get(), lab.seen_by.get());
            lab.read(|playback| text_box(playback.session().cluster(), &key, node, seen_by)).flatten()
        });
        let text = Memo::new(move |_| held.read().as_ref().map(TextBox::shown).unwrap_or_default());
        let (typed, area, page) = (RwSignal::new(None), NodeRef::<Textarea>::new(), StoredValue::new(page));
        let (composes, due, waits) = (StoredValue::new(false), StoredValue::new(None), RwSignal::new(false));
        let desk = Self { lab, page, node, held, text, area, typed, composes, due, turn: place + 1, waits };
        Effect::new(move |_| {
            desk.text.track();
            if untrack(|| desk.is_long()) { desk.show_soon() } else { desk.show() }
        });
        on_cleanup(move || {
            if let Some(due) = desk.due.try_get_value().flatten() {
                due.clear();
            }
        });
        desk
    }

    /// What stands in the field, by who typed it; none of a long text.
    fn ink(self) -> Option<Vec<Ink>> {
        let held = self.held.read().as_ref().map_or_else(|| Some(Vec::new()), TextBox::ink)?;
        let own = self.typed.with(|typed| {
            let (_, now) = typed.as_ref()?;
            Splice::between(&self.text.read(), now)
        });
        Some(own.map_or_else(|| held.clone(), |own| inked(&held, &own, self.node.get())))
    }

    fn is_long(self) -> bool {
        self.held.read().as_ref().is_some_and(TextBox::is_long)
    }

    /// Shows a long text in a frame of its own: to lay it out takes the time of a frame, and so does what brought it, and so does the
    /// other box. Until then the box says that it is coming.
    fn show_soon(self) {
        if !self.waits.get_untracked() {
            self.waits.set(true);
            after_frames(self.turn, move || {
                // The box may have gone meanwhile.
                if self.waits.try_set(false).is_none() {
                    untrack(|| self.show());
                }
            });
        }
    }

    /// Shows what the replica holds, unless somebody is typing: then that is said first. The caret stays at its letter.
    fn show(self) {
        let text = self.text.get();
        let Some(area) = self.area.get() else { return };
        let is_typing = self.typed.with_untracked(Option::is_some) || self.composes.get_value();
        let before = area.value();
        if is_typing || before == text {
            return;
        }
        let carets = [area.selection_start(), area.selection_end()].map(|place| place.ok().flatten().unwrap_or(0));
        area.set_value(&text);
        if let Some(change) = Splice::between(&before, &text) {
            let [start, end] = carets.map(|units| units_before(&text, change.moves(letters_before(&before, units))));
            // Only a field that is about to go away refuses.
            let _ = area.set_selection_range(start, end);
        }
    }

    /// A letter more or less stands in the field.
    fn typed(self) {
        let Some(area) = self.area.get_untracked() else { return };
        let text = self.text.get_untracked();
        let now = area.value();
        self.typed.update(|typed| {
            let base = typed.take().map_or(text, |(base, _)| base);
            *typed = Some((base, now));
        });
        if self.due.with_value(Option::is_none) {
            self.due.set_value(set_timeout_with_handle(move || self.say_in_time(), GATHERED).ok());
        }
    }

    fn composed(self) {
        self.composes.set_value(false);
        self.typed();
    }

    fn say_in_time(self) {
        self.due.set_value(None);
        if self.composes.get_value() {
            self.due.set_value(set_timeout_with_handle(move || self.say_in_time(), GATHERED).ok());
        } else {
            self.say();
        }
    }

    /// What was typed becomes a command, at the place where it stands by now.
    fn say(self) {
        if self.composes.get_value() {
            return;
        }
        if let Some(due) = self.due.try_update_value(Option::take).flatten() {
            due.clear();
        }
        let (Some((base, now)), Some(area)) =
            (self.typed.try_update_untracked(Option::take).flatten(), self.area.get_untracked())
        else {
            return;
        };
        let caret = area.selection_end().ok().flatten().unwrap_or(u32::MAX);
        let held = self.text.get_untracked();
        let change = Splice::typed(&base, &now, letters_before(&now, caret));
        if let Some(change) = change {
            let change = match Splice::between(&base, &held) {
                Some(other) => change.after(&other),
                None => change,
            };
            let key = self.page.with_value(|page| page.key.clone());
            // What is pasted may be longer than one command takes.
            for Splice { at, remove, insert } in change.pieces(Typing::LETTERS_MAX) {
                let typing = Typing { key: key.clone(), at, remove, insert };
                self.lab.act(&Command::Type { node: self.node.get_untracked(), typing });
            }
        }
        self.typed.notify();
        untrack(|| self.show());
    }
}
