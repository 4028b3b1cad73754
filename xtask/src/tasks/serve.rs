//! The page under development: set-up, then Trunk on loopback with live reload.

use crate::args::Args;
use crate::cargo::cargo;
use crate::paths;
use crate::process;
use crate::report::{self, Failure, Outcome};
use crate::stage::Clock;
use crate::tools::{self, Need, WASM_TARGET};
use std::net::TcpListener;
use std::process::Stdio;

const PORT: u16 = 8080;

/// The task `serve`. Trunk builds the page, watches the sources and reloads the browser.
pub(super) fn run(args: &Args) -> Outcome {
    let port = free_port(args)?;
    let release = args.has("--release");
    let clock = Clock::start();
    report::heading("set-up");
    let warm: fn() -> Outcome = if release { || Ok(()) } else { warm_up };
    let tools = tools::ensure(&[Need::WasmTarget, Need::Trunk, Need::WasmBindgen], Some(warm))?;
    report::note(format!("set-up took {}", clock.read()));

    report::heading(format!("building the page; it will be at http://127.0.0.1:{port}/ (Ctrl-C stops)"));
    let mut trunk = tools.command("trunk");
    trunk.args(["serve", "--address", "127.0.0.1", "--port", &port.to_string()]);
    // Not into dist/, where the page that ships and is tested would be overwritten.
    trunk.arg("--dist").arg(paths::target().join("serve").join(port.to_string()));
    if args.has("--open") {
        trunk.arg("--open");
    }
    if release {
        trunk.arg("--release");
    }
    process::replace_by(&mut trunk, "trunk serve")
}

/// Builds what Trunk is about to ask for while the tools are still being built. Only the time
/// counts: what fails here fails again in Trunk's own build, and is shown there.
fn warm_up() -> Outcome {
    let mut page = cargo(["build", "--quiet", "--target", WASM_TARGET, "--bin", "netsplit-page"]);
    let _ = page.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    Ok(())
}

/// The port asked for, or the first free one from 8080 on: two clones can serve at once.
fn free_port(args: &Args) -> Outcome<u16> {
    let free = |port: u16| TcpListener::bind(("127.0.0.1", port)).is_ok();
    if let Some(word) = args.last("--port") {
        let port = word.parse::<u16>().ok().filter(|port| *port > 0);
        let port = port.ok_or_else(|| Failure::Usage(format!("--port {word}: a number from 1 to 65535 is wanted")))?;
        return if free(port) {
            Ok(port)
        } else {
            Err(Failure::Step(format!("port {port} is taken; leave --port out to get a free one")))
        };
    }
    (PORT..PORT + 100)
        .find(|port| free(*port))
        .ok_or_else(|| Failure::Step("no port from 8080 to 8179 is free".to_owned()))
}
