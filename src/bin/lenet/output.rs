//! Files to write. Whether one can be written is known before the work that makes its contents; either the old or the new
//! file exists at any time; and of two runs that name one file the second is refused.

use super::command::Result;
use super::files::of;
use std::error::Error;
use std::fs::{self, File, TryLockError};
use std::io::{self, Write, stdout};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tempfile::{Builder, NamedTempFile};

/// A file that will be written.
pub struct Output {
    name: PathBuf,
    target: Target,
}

enum Target {
    /// A regular file, or a new one, after all links. It is replaced as a whole.
    File(PathBuf),
    /// A pipe or a device, which is written where it is.
    Stream(PathBuf),
    StandardOutput,
}

/// Files beside the outputs that must not outlive the program.
static BESIDE: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn beside() -> MutexGuard<'static, Vec<PathBuf>> {
    BESIDE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes what a sudden end of the program would leave beside the outputs.
pub fn abandon() {
    beside().drain(..).for_each(|path| drop(fs::remove_file(path)));
}

impl Output {
    /// Finds out whether a file can be written, without changing it. "-" is standard output.
    ///
    /// # Errors
    /// The file's name, why it cannot be written, and what to do.
    pub fn new(name: &Path) -> Result<Output> {
        Ok(Output { name: name.to_owned(), target: Target::of(name)? })
    }

    /// The name as it was given.
    pub fn name(&self) -> &Path {
        &self.name
    }

    /// The regular file that is written.
    pub fn file(&self) -> Option<&Path> {
        if let Target::File(path) = &self.target { Some(path) } else { None }
    }

    pub fn is_standard_output(&self) -> bool {
        matches!(self.target, Target::StandardOutput)
    }

    /// Writes the whole file.
    ///
    /// # Errors
    /// The file's name, and why it cannot be written.
    pub fn write(&self, bytes: &[u8]) -> Result<()> {
        let written = match &self.target {
            Target::File(path) => replace(path, bytes),
            Target::Stream(_) | Target::StandardOutput => self.stream().and_then(|mut to| {
                to.write_all(bytes)?;
                to.flush()
            }),
        };
        written.map_err(|why| self.failed(why))
    }

    /// Writes the beginning of a file, and opens it for more.
    ///
    /// # Errors
    /// The file's name, and why it cannot be written.
    pub fn begin(&self, text: &[u8]) -> Result<Box<dyn Write>> {
        let opened = match &self.target {
            Target::File(path) => replace(path, text)
                .and_then(|()| Ok(Box::new(File::options().append(true).open(path)?) as Box<dyn Write>)),
            Target::Stream(_) | Target::StandardOutput => self.stream().and_then(|mut to| {
                to.write_all(text)?;
                Ok(to)
            }),
        };
        opened.map_err(|why| self.failed(why))
    }

    fn stream(&self) -> io::Result<Box<dyn Write>> {
        match &self.target {
            Target::File(path) | Target::Stream(path) => Ok(Box::new(File::options().write(true).open(path)?)),
            Target::StandardOutput => Ok(Box::new(stdout())),
        }
    }

    /// An error that begins with the file's name. That the reader of standard output has left stays recognisable.
    fn failed(&self, why: io::Error) -> Box<dyn Error> {
        match self.target {
            Target::StandardOutput => why.into(),
            _ => of(&self.name, why),
        }
    }

    /// Keeps other runs from writing to this file. The file system may know no locks: then nothing is kept.
    ///
    /// # Errors
    /// Another run writes to it.
    pub fn claim(&self) -> Result<Option<Claim>> {
        let Some(path) = self.file() else { return Ok(None) };
        Claim::on(path).map_err(|why| of(&self.name, why))
    }
}

impl Target {
    fn of(name: &Path) -> Result<Target> {
        if name.as_os_str().is_empty() {
            return Err("the name of a file to write is empty".into());
        }
        if name == "-" {
            return Ok(Target::StandardOutput);
        }
        let is_folder = || of(name, "this is a folder: give the name of a file in it");
        let file = match fs::metadata(name) {
            Ok(found) if found.is_dir() => return Err(is_folder()),
            Ok(found) if is_printed_to(&found) => return Ok(Target::StandardOutput),
            Ok(found) if !found.is_file() => return Ok(Target::Stream(name.to_owned())),
            Ok(_) => {
                File::options().write(true).open(name).map_err(|why| of(name, why))?;
                fs::canonicalize(name).map_err(|why| of(name, why))?
            }
            Err(why) if why.kind() == io::ErrorKind::NotFound => {
                if name.as_os_str().to_string_lossy().ends_with(std::path::MAIN_SEPARATOR) {
                    return Err(is_folder());
                }
                through_links(name)
            }
            Err(why) => return Err(of(name, why)),
        };
        let folder = folder(&file);
        if !folder.exists() {
            let why = format!("there is no folder {}: make it, or give another", folder.display());
            return Err(of(name, why));
        }
        begin(&file).map_err(|why| of(name, format!("its folder takes no new file: {why}")))?;
        Ok(Target::File(file))
    }
}

/// The regular file behind a name, whether it exists or not, with all links followed.
fn through_links(name: &Path) -> PathBuf {
    let mut path = name.to_owned();
    // More links than that are a circle, as for the system.
    for _ in 0..40 {
        let Ok(next) = fs::read_link(&path) else { break };
        path = folder(&path).join(next);
    }
    match (fs::canonicalize(folder(&path)), path.file_name()) {
        (Ok(folder), Some(last)) => folder.join(last),
        _ => path,
    }
}

fn folder(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Whether two names lead to one regular file, or would if it existed.
pub fn are_one_file(one: &Path, other: &Path) -> bool {
    let file = |name: &Path| match fs::metadata(name) {
        _ if name == "-" => None,
        Ok(found) if !found.is_file() => None,
        Ok(_) => fs::canonicalize(name).ok(),
        Err(_) => Some(through_links(name)),
    };
    let hard_links = match (fs::metadata(one), fs::metadata(other)) {
        (Ok(one), Ok(other)) => one.is_file() && are_one(&one, &other),
        _ => false,
    };
    hard_links || matches!((file(one), file(other)), (Some(one), Some(other)) if one == other)
}

#[cfg(unix)]
fn are_one(one: &fs::Metadata, other: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

#[cfg(not(unix))]
fn are_one(_: &fs::Metadata, _: &fs::Metadata) -> bool {
    false
}

/// Whether a file or pipe is where standard output goes: replacing it would lose what is printed. Devices are the same
/// by any name.
fn is_printed_to(found: &fs::Metadata) -> bool {
    #[cfg(unix)]
    if std::os::unix::fs::FileTypeExt::is_char_device(&found.file_type()) {
        return false;
    }
    fs::metadata("/dev/stdout").is_ok_and(|standard| are_one(found, &standard))
}

/// A new file beside `path` under a name that nobody has. It is removed unless it is kept.
fn begin(path: &Path) -> io::Result<NamedTempFile> {
    let mut builder = Builder::new();
    builder.prefix(".lenet-").suffix(".part");
    #[cfg(unix)]
    let rights = <fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o666);
    #[cfg(unix)]
    builder.permissions(rights);
    // The name of the new file would say nothing to whoever named the other.
    builder.tempfile_in(folder(path)).map_err(|why| {
        let cause = why.source().map_or_else(|| why.to_string(), ToString::to_string);
        io::Error::new(why.kind(), cause)
    })
}

/// Writes a file beside the old one, with its mode and owner, and renames it.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut new = begin(path)?;
    let place = new.path().to_owned();
    beside().push(place.clone());
    let written = new.write_all(bytes).and_then(|()| like_the_old(path, new.as_file())).and_then(|()| {
        new.as_file().sync_all()?;
        new.persist(path).map_err(|error| error.error).map(drop)
    });
    beside().retain(|each| *each != place);
    written
}

fn like_the_old(path: &Path, new: &File) -> io::Result<()> {
    let Ok(old) = fs::metadata(path) else { return Ok(()) };
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, fchown};
        // Only the system's administrator may give a file away.
        let _ = fchown(new, Some(old.uid()), Some(old.gid()));
    }
    new.set_permissions(old.permissions())
}

/// A lock on a file, kept beside it because the file itself is replaced. The system lets go of it when the program ends.
pub struct Claim {
    path: PathBuf,
    _lock: File,
}

impl Claim {
    fn on(file: &Path) -> Result<Option<Claim>> {
        let Some(name) = file.file_name() else { return Ok(None) };
        let path = folder(file).join(format!(".{}.lock", name.to_string_lossy()));
        loop {
            let Ok(lock) = File::options().create(true).truncate(false).write(true).open(&path) else {
                return Ok(None);
            };
            match lock.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    return Err("another run writes to this file: wait for its end, or give another".into());
                }
                Err(TryLockError::Error(_)) => {
                    let _ = fs::remove_file(&path);
                    return Ok(None);
                }
            }
            // Another run may have ended and removed this file just before it was locked.
            let is_there = match (fs::metadata(&path), lock.metadata()) {
                (Ok(there), Ok(locked)) => !cfg!(unix) || are_one(&there, &locked),
                _ => false,
            };
            if is_there {
                beside().push(path.clone());
                return Ok(Some(Claim { path, _lock: lock }));
            }
        }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
        beside().retain(|each| *each != self.path);
    }
}
