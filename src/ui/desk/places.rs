//! Where the guide and the timeline stand in the document: beside the stage and below it, or in the sheet of a phone, after
//! its tabs. They are moved, not made anew: a lesson goes on where it was, and the order of the tab key is that of the eye.

use crate::ui::panels::Sheet;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// Moves them whenever the screen gets a sheet or loses it.
pub(super) fn follow(sheet: Sheet) {
    Effect::new(move |_| {
        let is_in_sheet = sheet.is_there.get();
        let focused = document().active_element();
        place(is_in_sheet);
        // What is moved loses the focus.
        let focused = focused.and_then(|element| element.dyn_into::<HtmlElement>().ok());
        if let Some(focused) =
            focused.filter(|_| document().active_element().is_none_or(|now| now.tag_name() == "BODY"))
        {
            let _ = focused.focus();
        }
    });
}

fn place(is_in_sheet: bool) -> Option<()> {
    let by_id = |id: &str| document().get_element_by_id(id);
    let (guide, time, panel) = (by_id("guide")?, by_id("time-panel")?, by_id("panel")?);
    let column = panel.parent_element()?;
    let is_moved =
        |element: &Element| element.parent_element().is_some_and(|parent| parent.is_same_node(Some(&column)));
    match (is_in_sheet, is_moved(&guide)) {
        (true, false) => {
            column.insert_before(&guide, Some(&panel)).ok()?;
            column.append_child(&time).ok()?;
        }
        (false, true) => {
            let (lab, row) = (by_id("lab")?, by_id("time-row")?);
            lab.insert_before(&guide, lab.first_child().as_ref()).ok()?;
            row.append_child(&time).ok()?;
        }
        (true, true) | (false, false) => {}
    }
    Some(())
}
