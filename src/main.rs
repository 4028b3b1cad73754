//! The page: it mounts the user interface, and `netsplit::ui` is where that is.

fn main() {
    netsplit::ui::mount();
}
