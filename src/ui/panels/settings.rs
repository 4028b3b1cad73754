//! The settings: each with a sentence, and the rules that can be broken set apart. A change is another run of the same
//! cluster, seed and commands, up to the same moment; undo returns to the former one.

use crate::lesson::Scenario;
use crate::ui::lab::{Lab, use_lab};
use crate::ui::rerun::run_again;
use crate::ui::when_cut::WhenCutSwitch;
use crate::view::settings::{Entry, PRESETS, Preset, Rerun, SECTIONS, Setting, differences, rerun};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What is being entered, and what is wrong with it.
#[derive(Clone, Copy)]
struct Draft {
    lab: Lab,
    /// The scenario as it was entered; the run has another one while something is wrong with it.
    scenario: RwSignal<Option<Scenario>>,
    /// What is wrong, and with which setting; none means the whole.
    wrong: RwSignal<Vec<(Option<Setting>, String)>>,
    is_busy: RwSignal<bool>,
}

/// The settings.
#[component]
pub(super) fn SettingsPanel() -> impl IntoView {
    let lab = use_lab();
    let turn = Memo::new(move |_| lab.clock.get().turn);
    let scenario = RwSignal::new(None);
    let draft = Draft { lab, scenario, wrong: RwSignal::new(Vec::new()), is_busy: RwSignal::new(false) };
    Effect::new(move |before: Option<Option<Scenario>>| {
        turn.get();
        let now = lab.read(|playback| playback.session().scenario().clone());
        if before.flatten() != now {
            draft.scenario.set(now.clone());
            draft.wrong.set(Vec::new());
        }
        now
    });
    // Which settings there are is up to the system. While a run is made anew there is none for a moment, and the controls stay.
    let system = Memo::new(move |before: Option<&Option<&'static str>>| {
        let now = draft.scenario.read().as_ref().map(|scenario| scenario.system.name());
        now.or(before.copied().flatten())
    });
    let sections = move || {
        // Read, and not only tracked: a memo that nobody reads never looks at what it is made of.
        system.get();
        let has = |it: &Setting| draft.scenario.read_untracked().as_ref().is_some_and(|now| it.is_of(&now.system));
        let section = |(title, settings): (&'static str, &'static [Setting])| {
            let presets = (title == SECTIONS[0].0).then(|| view! { <Presets draft /> });
            let rows: Vec<_> =
                settings.iter().copied().filter(has).map(|it| view! { <Row it=it draft /> }.into_any()).collect();
            (!rows.is_empty()).then(|| view! { <h3>{title}</h3> {presets} {rows} })
        };
        SECTIONS.into_iter().filter_map(section).collect_view()
    };
    let breaks = move || {
        system.get();
        let has = |it: &Setting| draft.scenario.read_untracked().as_ref().is_some_and(|now| it.is_of(&now.system));
        Setting::breaks().filter(has).map(|it| view! { <Row it=it draft /> }).collect_view()
    };
    let whole = move || {
        let wrong = draft.wrong.get();
        let whole: Vec<String> =
            wrong.into_iter().filter(|(setting, _)| setting.is_none()).map(|(_, words)| words).collect();
        (!whole.is_empty())
            .then(|| view! { <p class="wrong" role="alert">"Nothing changed" {whole.join("; ")} "."</p> })
    };
    view! {
        <p class="detail">
            "A change runs the same cluster, seed and commands once more, up to this moment. Undo returns to the run before."
        </p>
        <WhenCutSwitch />
        <p class="detail" role="status">{move || draft.is_busy.get().then_some("Running it once more …")}</p>
        <div class="setting whole">{whole}</div>
        {sections}
        <section class="breaks">
            <h3>"Break it"</h3>
            <p class="detail">
                "Each switch turns one rule off that safety rests on. With one of them on, this is not the protocol any more: look what breaks."
            </p>
            {breaks}
        </section>
    }
}

#[component]
fn Presets(draft: Draft) -> impl IntoView {
    let chips = PRESETS.map(|preset: Preset| {
        let is_set = Memo::new(move |_| draft.scenario.read().as_ref().is_some_and(|scenario| preset.is_set(scenario)));
        view! {
            <button
                type="button"
                class="chip"
                aria-pressed=move || if is_set.get() { "true" } else { "false" }
                on:click=move |_| draft.change(None, |scenario| { preset.set(scenario); Ok(()) })
            >
                {preset.name}
            </button>
        }
    });
    view! {
        <p class="detail" id="presets">"A network with timeouts that go with it:"</p>
        <div class="presets" role="group" aria-labelledby="presets">{chips.into_iter().collect_view()}</div>
    }
}

#[component]
fn Row(it: Setting, draft: Draft) -> impl IntoView {
    let id = format!("set-{}", it.name().to_lowercase().replace([' ', ','], "-"));
    let help = format!("{id}-help");
    let value = Memo::new(move |_| draft.scenario.read().as_ref().map(|scenario| it.get(scenario)).unwrap_or_default());
    let wrong = move || draft.wrong.get().into_iter().find(|(setting, _)| *setting == Some(it)).map(|(_, words)| words);
    let control = control(it, draft, value, id.clone(), help.clone());
    let more = move || match it.entry() {
        Entry::Choice(all) => {
            all.iter().find(|(word, ..)| *word == value.get()).map(|(.., sentence)| format!(" {sentence}"))
        }
        Entry::Number(_) | Entry::Switch => None,
    };
    view! {
        <div class="setting">
            <label for=id>
                <span>{spoken(it)}</span>
                {control}
            </label>
            <p class="detail" id=help>{plain(it.sentence())} {more}</p>
            {move || wrong().map(|words| view! { <p class="wrong" role="alert">{spoken(it)} {words} ". Nothing changed."</p> })}
        </div>
    }
}

/// A rule's name as words.
fn spoken(it: Setting) -> String {
    match it {
        Setting::Break(rule) => rule.name().replace('_', " "),
        _ => it.name().to_owned(),
    }
}

/// A sentence without the marks of code in it.
fn plain(sentence: &str) -> String {
    sentence.replace("`leader_stickiness`", "leader stickiness")
}

fn control(it: Setting, draft: Draft, value: Memo<String>, id: String, help: String) -> AnyView {
    let enter = move |text: String| draft.change(Some(it), |scenario| it.set(scenario, &text));
    match it.entry() {
        Entry::Switch => view! {
            <input
                type="checkbox"
                id=id
                aria-describedby=help
                prop:checked=move || value.get() == "on"
                on:change=move |event| enter(if event_target_checked(&event) { "on" } else { "off" }.to_owned())
            />
        }
        .into_any(),
        Entry::Number(unit) => view! {
            <span class="entry">
                <input
                    type="text"
                    inputmode="decimal"
                    id=id
                    aria-describedby=help
                    prop:value=move || value.get()
                    on:change=move |event| enter(event_target_value(&event))
                />
                {unit}
            </span>
        }
        .into_any(),
        Entry::Choice(all) => {
            let options = all.iter().map(|(word, name, _)| {
                view! { <option value=*word prop:selected=move || value.get() == *word>{*name}</option> }
            });
            view! {
                <select id=id aria-describedby=help on:change=move |event| enter(event_target_value(&event))>
                    {options.collect_view()}
                </select>
            }
            .into_any()
        }
    }
}

impl Draft {
    /// Takes a change in. If nothing is wrong with the whole, it is run.
    fn change(self, setting: Option<Setting>, change: impl FnOnce(&mut Scenario) -> Result<(), String>) {
        if self.is_busy.get_untracked() {
            return;
        }
        let Some(mut next) = self.scenario.get_untracked() else { return };
        if let Err(words) = change(&mut next) {
            self.wrong.set(vec![(setting, format!(" {words}"))]);
            return;
        }
        self.scenario.set(Some(next.clone()));
        let prepared = self.lab.read(|playback| {
            let session = playback.session();
            let changed = differences(session.scenario(), &next);
            rerun(session, next).map(|prepared| (prepared, changed))
        });
        match prepared {
            Some(Ok((prepared, changed))) => {
                self.wrong.set(Vec::new());
                self.run(prepared, changed);
            }
            Some(Err(problems)) => {
                let place = |problem| Setting::all().find(|setting| setting.is_about(problem));
                self.wrong.set(problems.iter().map(|problem| (place(problem), said(problem))).collect());
            }
            None => {}
        }
    }

    /// Runs it in slices, so that the page answers meanwhile, and sets it up.
    fn run(self, prepared: Rerun, changed: Vec<String>) {
        if changed.is_empty() {
            return;
        }
        self.is_busy.set(true);
        let lab = self.lab;
        spawn_local(async move {
            run_again(lab, prepared, &changed).await;
            self.is_busy.try_set(false);
        });
    }
}

/// A problem without the name of its field, which stands beside it.
fn said(problem: &crate::lesson::ScenarioError) -> String {
    match problem {
        crate::lesson::ScenarioError::Value { problem, .. } => plain(&format!(": {problem}")).replace(['`'], ""),
        other => format!(": {other}"),
    }
}
