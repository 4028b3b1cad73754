//! What Node's standard library measures for us: SHA-256 and compressed sizes.
//!
//! The release page needs Node anyway (`wasm-opt` is an npm package), and this crate stays
//! without dependencies.

use crate::process;
use crate::report::{Failure, Outcome};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Sizes of one file in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sizes {
    /// The file.
    pub(crate) file: PathBuf,
    /// As it is.
    pub(crate) raw: u64,
    /// With gzip at its best level.
    pub(crate) gzip: u64,
    /// With brotli at its best level.
    pub(crate) brotli: u64,
}

const SIZES: &str = "
const { readFileSync } = require('node:fs'), { gzipSync, brotliCompressSync } = require('node:zlib');
for (const file of process.argv.slice(1)) {
  const data = readFileSync(file);
  console.log(data.length, gzipSync(data, { level: 9 }).length, brotliCompressSync(data).length);
}";

const SHA256: &str = "
const { createHash } = require('node:crypto');
for (const text of process.argv.slice(1)) console.log(createHash('sha256').update(text).digest('base64'));";

/// Measures the files, in their order.
pub(crate) fn sizes(files: &[PathBuf]) -> Outcome<Vec<Sizes>> {
    let lines = node(SIZES, files.iter().map(|file| file.as_os_str().to_owned()))?;
    let measured: Vec<Sizes> = files.iter().zip(lines.lines()).filter_map(|(file, line)| read(file, line)).collect();
    if measured.len() == files.len() {
        Ok(measured)
    } else {
        Err(Failure::Step("node did not measure every file".to_owned()))
    }
}

/// The SHA-256 of each text, in base64.
pub(crate) fn sha256(texts: &[&str]) -> Outcome<Vec<String>> {
    let lines = node(SHA256, texts.iter().map(|text| (*text).into()))?;
    Ok(lines.lines().map(str::to_owned).collect())
}

fn node(script: &str, words: impl Iterator<Item = std::ffi::OsString>) -> Outcome<String> {
    process::output(Command::new("node").args(["-e", script, "--"]).args(words), "node")
}

fn read(file: &Path, line: &str) -> Option<Sizes> {
    let mut numbers = line.split_whitespace().map(str::parse::<u64>);
    let mut next = || numbers.next()?.ok();
    Some(Sizes { file: file.to_owned(), raw: next()?, gzip: next()?, brotli: next()? })
}
