//! The page offers itself to be measured when its address asks for it (`?bench=1`): `window.netsplitBench`, which
//! `cargo xtask bench-page` drives. Owns no measure.

use super::catalogue;
use super::frame::now;
use super::lab::Lab;
use crate::base::{SimDuration, SimTime};
use crate::session::{Cluster, ScenarioRef, Session};
use crate::view::pace::{Rate, Speed};
use js_sys::{Object, Promise, Reflect};
use leptos::prelude::*;
use wasm_bindgen::prelude::{Closure, JsValue};
use wasm_bindgen_futures::future_to_promise;

/// Marks that the stage moves, once.
pub(super) fn mark_moving() {
    if let Some(clock) = window().performance() {
        let _ = clock.mark("netsplit-moving");
    }
}

/// Offers the page.
pub(super) fn offer(lab: Lab) {
    let bench = Object::new();
    let set = |name: &str, value: JsValue| {
        let _ = Reflect::set(&bench, &name.into(), &value);
    };
    set("ready", Promise::resolve(&JsValue::TRUE).into());
    set("moving", call(move |_| JsValue::from(lab.clock.get_untracked().is_playing)));
    set("time", call(move |_| JsValue::from(lab.clock.get_untracked().time.0 as f64)));
    set(
        "pause",
        call(move |_| {
            lab.pause();
            JsValue::UNDEFINED
        }),
    );
    set(
        "flights",
        call(move |_| {
            JsValue::from(lab.read(|playback| flights(playback.session().cluster())).unwrap_or_default() as f64)
        }),
    );
    set(
        "play",
        call(move |speed| {
            let speed = speed.as_f64().unwrap_or(1.0);
            lab.set_speed(Speed::Fixed(Rate::per_second(SimDuration((speed * 1_000_000.0) as u64))));
            lab.play();
            JsValue::UNDEFINED
        }),
    );
    set(
        "seek",
        call(move |to| {
            let to = SimTime(to.as_f64().unwrap_or(0.0) as u64);
            future_to_promise(async move {
                let from = now();
                lab.change(|playback| playback.seek(to));
                // What draws is run before the next task: it belongs to the seek.
                leptos::task::tick().await;
                Ok(JsValue::from(now() - from))
            })
            .into()
        }),
    );
    set("scenario", scenario(lab));
    let _ = Reflect::set(&window(), &"netsplitBench".into(), &bench);
}

fn scenario(lab: Lab) -> JsValue {
    let open = Closure::<dyn Fn(JsValue, JsValue) -> Promise>::new(move |id: JsValue, seed: JsValue| {
        let (id, seed) = (id.as_string().unwrap_or_default(), seed.as_f64().unwrap_or(1.0) as u32);
        future_to_promise(async move {
            let failed = |words: String| JsValue::from(words);
            let scenario = catalogue::scenario(&id).await.map_err(|error| failed(error.to_string()))?;
            let session = Session::new(&scenario, seed).map_err(|error| failed(error.to_string()))?;
            lab.pause();
            lab.is_home.set(false);
            lab.load(session, ScenarioRef::Named(id));
            Ok(JsValue::UNDEFINED)
        })
    });
    open.into_js_value()
}

fn call(work: impl Fn(JsValue) -> JsValue + 'static) -> JsValue {
    Closure::<dyn Fn(JsValue) -> JsValue>::new(work).into_js_value()
}

fn flights(cluster: &Cluster) -> usize {
    match cluster {
        Cluster::Raft(world) => world.flights().count(),
        Cluster::Leaderless(world) => world.flights().count(),
    }
}
