//! Where output goes: the standard output, or a file that is whole or not there.

use std::fs::{self, File};
use std::io::{self, BufWriter, StdoutLock, Write};
use std::path::{Path, PathBuf};
use std::process;

use crate::Failure;

/// Says what is wrong, on the standard error. Whether anybody hears it is not ours to mend.
pub(super) fn complain(message: &str) {
    drop(writeln!(io::stderr(), "{}", message.trim_end()));
}

/// A buffered standard output.
pub(super) fn stdout() -> BufWriter<StdoutLock<'static>> {
    BufWriter::new(io::stdout().lock())
}

/// A file under way: it gets its name when it is complete, and is removed if that never happens.
pub(super) struct NewFile {
    writer: BufWriter<File>,
    /// The name that it has meanwhile, and the one that it gets; none for what is no plain file.
    rename: Option<(PathBuf, PathBuf)>,
}

impl NewFile {
    /// Begins a file. Pipes and devices are written to directly.
    pub(super) fn create(path: &Path) -> Result<Self, Failure> {
        let refuse = |error| Failure::Input(format!("error: cannot write {}: {error}", path.display()));
        let is_special = fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir());
        if is_special {
            let file = File::options().write(true).open(path).map_err(refuse)?;
            return Ok(Self { writer: BufWriter::new(file), rename: None });
        }
        if path.is_dir() {
            return Err(refuse(io::ErrorKind::IsADirectory.into()));
        }
        let name = path.file_name().ok_or_else(|| refuse(io::ErrorKind::InvalidInput.into()))?;
        let meanwhile = path.with_file_name(format!(".{}.{}.part", name.to_string_lossy(), process::id()));
        let file = File::create(&meanwhile).map_err(refuse)?;
        Ok(Self { writer: BufWriter::new(file), rename: Some((meanwhile, path.to_owned())) })
    }

    /// Completes the file.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.writer.flush()?;
        if let Some((meanwhile, path)) = self.rename.take() {
            let renamed = fs::rename(&meanwhile, path);
            if renamed.is_err() {
                drop(fs::remove_file(meanwhile));
            }
            return renamed;
        }
        Ok(())
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if let Some((meanwhile, _)) = self.rename.take() {
            drop(fs::remove_file(meanwhile));
        }
    }
}

/// Writes to a file, or to the standard output where the file is called `-`.
pub(super) fn write_to(path: &Path, write: impl FnOnce(&mut dyn Write) -> Result<(), Failure>) -> Result<(), Failure> {
    if path == Path::new("-") {
        let mut out = stdout();
        write(&mut out)?;
        return Ok(out.flush()?);
    }
    let mut file = NewFile::create(path)?;
    write(&mut file)?;
    file.finish().map_err(|error| Failure::Input(format!("error: cannot write {}: {error}", path.display())))
}
