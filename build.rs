//! Asks the linker of the page to say which function reads which piece of data: `cargo xtask build` leaves the data that only
//! the second part of the program reads to that part.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "wasm32") {
        println!("cargo::rustc-link-arg-bin=netsplit-page=--emit-relocs");
    }
}
