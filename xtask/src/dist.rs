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

/// Puts the policy into the page, and beside it writes `_headers` and the same for nginx and Caddy. Returns the header's policy.
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
    write("nginx.conf", nginx(&header))?;
    write("Caddyfile", caddy(&header))?;
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

/// What every answer says besides the policy.
const ALWAYS: [(&str, &str); 4] = [
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("Access-Control-Allow-Origin", "*"),
    ("Cross-Origin-Resource-Policy", "cross-origin"),
];

/// For what keeps its name when it changes.
const FRESH: &str = "no-cache";

/// For what has a hash of its content in its name.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// `_headers` as Netlify and Cloudflare Pages read it; the tests' server reads it too. Where two
/// patterns match, a host joins their headers, so no header is in two that overlap.
fn headers(policy: &str) -> String {
    let mut text = format!("/*\n  Content-Security-Policy: {policy}\n");
    for (name, value) in ALWAYS {
        text.push_str(&format!("  {name}: {value}\n"));
    }
    for fresh in ["/", "/index.html", "/scenarios/*", "/lessons/*"] {
        text.push_str(&format!("{fresh}\n  Cache-Control: {FRESH}\n"));
    }
    for hashed in ["/*.wasm", "/*.js", "/*.css", "/*.svg"] {
        text.push_str(&format!("{hashed}\n  Cache-Control: {FOR_EVER}\n"));
    }
    text
}

/// The same for nginx, to be included in a `server` block. What is set in a `location` hides what is
/// set around it, so the time in caches comes from a map and everything is set in one place.
fn nginx(policy: &str) -> String {
    let mut text = String::from("# In the http block:\n#   map $uri $netsplit_cache {\n");
    text.push_str(&format!("#     default \"{FRESH}\";\n#     ~\\.(wasm|js|css|svg)$ \"{FOR_EVER}\";\n#   }}\n"));
    text.push_str("# In the server block, this file:\n");
    text.push_str(&format!("add_header Content-Security-Policy \"{policy}\" always;\n"));
    for (name, value) in ALWAYS {
        text.push_str(&format!("add_header {name} \"{value}\" always;\n"));
    }
    text.push_str("add_header Cache-Control $netsplit_cache always;\n");
    text.push_str(
        "gzip on;\ngzip_types application/wasm text/javascript text/css image/svg+xml application/octet-stream;\n",
    );
    text.push_str("# nginx's own mime.types has application/wasm from 1.21.3 on.\n");
    text
}

/// The same for Caddy, to be imported in a site block.
fn caddy(policy: &str) -> String {
    let mut text = format!("header {{\n\tContent-Security-Policy \"{policy}\"\n");
    for (name, value) in ALWAYS {
        text.push_str(&format!("\t{name} \"{value}\"\n"));
    }
    text.push_str(&format!("\tCache-Control \"{FRESH}\"\n}}\n"));
    text.push_str("@hashed path *.wasm *.js *.css *.svg\n");
    text.push_str(&format!("header @hashed >Cache-Control \"{FOR_EVER}\"\nencode zstd gzip\n"));
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

    #[test]
    fn each_host_gets_the_same_policy_and_headers() {
        for text in [headers("the-policy"), nginx("the-policy"), caddy("the-policy")] {
            assert_eq!(text.matches("the-policy").count(), 1, "{text}");
            for (name, value) in ALWAYS {
                assert!(text.contains(name) && text.contains(value), "{name} in\n{text}");
            }
            assert!(text.contains(FRESH) && text.contains(FOR_EVER), "{text}");
        }
        // A name with a hash for ever, others never: the page itself and what it fetches by name.
        assert!(headers("").contains("/lessons/*\n  Cache-Control: no-cache\n"));
    }
}
