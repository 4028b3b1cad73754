//! The finished page in `dist/`: its policy and its headers.
//!
//! Trunk writes an inline script that starts the page, so the Content-Security-Policy must name
//! that script's hash, which is only known once the page is built.

use crate::digest;
use crate::report::{Failure, Outcome};
use std::fs;
use std::path::Path;

/// The policy but for the hashes of the inline scripts. `frame-ancestors` comes apart, because it
/// works in a header only.
const POLICY: [&str; 10] = [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
];

/// The tag after which the policy goes.
const CHARSET: &str = "<meta charset=\"utf-8\" />";

/// Pages without accounts may be framed by anybody: that is what embedding is for.
const FRAMES: &str = "frame-ancestors *";

/// Puts the policy into the page and writes `_headers` beside it. Returns the header's policy.
pub(crate) fn finish(dist: &Path) -> Outcome<String> {
    let page = dist.join("index.html");
    let html =
        fs::read_to_string(&page).map_err(|error| Failure::Step(format!("cannot read {}: {error}", page.display())))?;
    let policy = policy(&digest::sha256(&inline_scripts(&html))?);
    let header = format!("{policy}; {FRAMES}");
    let write = |name: &str, text: String| {
        fs::write(dist.join(name), text).map_err(|error| Failure::Step(format!("cannot write {name}: {error}")))
    };
    write("index.html", with_policy(&html, &policy)?)?;
    write("_headers", headers(&header))?;
    Ok(header)
}

fn policy(hashes: &[String]) -> String {
    let hashes: String = hashes.iter().map(|hash| format!(" 'sha256-{hash}'")).collect();
    let parts =
        POLICY.map(|part| if part.starts_with("script-src") { format!("{part}{hashes}") } else { part.to_owned() });
    parts.join("; ")
}

/// The text of every script that is in the page itself.
fn inline_scripts(html: &str) -> Vec<&str> {
    let mut scripts = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find("<script") {
        let Some(open) = rest[start..].find('>') else { break };
        let (tag, body) = rest[start..].split_at(open + 1);
        let end = body.find("</script>").unwrap_or(body.len());
        if !tag.contains(" src=") {
            scripts.push(&body[..end]);
        }
        rest = &body[end..];
    }
    scripts
}

/// The page with its policy before anything that it is about, and after the character set, which
/// must be among the first 1024 bytes.
fn with_policy(html: &str, policy: &str) -> Outcome<String> {
    let place = html.find(CHARSET).map(|at| at + CHARSET.len());
    let place = place.ok_or_else(|| Failure::Step(format!("the built page has no {CHARSET}")))?;
    let meta = format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\" />");
    Ok(format!("{}\n    {meta}{}", &html[..place], &html[place..]))
}

/// `_headers` as Netlify and Cloudflare Pages read it; the tests' server reads it too. Where two
/// patterns match, a host joins their headers, so no header is in two that overlap.
fn headers(policy: &str) -> String {
    let mut text = format!(
        "/*\n  Content-Security-Policy: {policy}\n  X-Content-Type-Options: nosniff\n  \
         Referrer-Policy: strict-origin-when-cross-origin\n  Access-Control-Allow-Origin: *\n  \
         Cross-Origin-Resource-Policy: cross-origin\n"
    );
    for fresh in ["/", "/index.html", "/scenarios/*", "/lessons/*"] {
        text.push_str(&format!("{fresh}\n  Cache-Control: no-cache\n"));
    }
    // The names of these hold a hash of their content.
    for hashed in ["/*.wasm", "/*.js", "/*.css", "/*.svg"] {
        text.push_str(&format!("{hashed}\n  Cache-Control: public, max-age=31536000, immutable\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_scripts_in_the_page_itself_are_hashed() {
        let html = "<head><script>one()</script><script src=\"a.js\"></script>\
                    <script type=\"module\">\ntwo();\n</script></head>";
        assert_eq!(inline_scripts(html), ["one()", "\ntwo();\n"]);
    }

    #[test]
    fn the_policy_names_each_hash_once_and_goes_before_everything_else() {
        let policy = policy(&["AAA=".to_owned(), "BBB=".to_owned()]);
        assert!(policy.contains("script-src 'self' 'wasm-unsafe-eval' 'sha256-AAA=' 'sha256-BBB='; style-src 'self'"));
        assert!(!policy.contains("frame-ancestors"));
        let page = format!("<head>{CHARSET}<title>x</title></head>");
        let page = with_policy(&page, &policy).expect("there is a character set");
        assert!(page.starts_with(&format!("<head>{CHARSET}\n    <meta http-equiv")));
        assert!(page.ends_with("<title>x</title></head>"));
    }
}
