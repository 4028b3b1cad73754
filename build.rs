//! Asks the linker of the page to say which function reads which piece of data: `cargo xtask build` leaves the data that only
//! the second part of the program reads to that part.

#[expect(
    clippy::disallowed_methods,
    reason = "this is how Cargo tells a build script what it builds for; no run reads it"
)]
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "wasm32") {
        println!("cargo::rustc-link-arg-bin=netsplit-page=--emit-relocs");
    }
}
