//! The training images, which may still be on their way: 47 MB unpacked, in the order of their file. They are kept in
//! pieces, each of which is there as a whole or not at all, so that who reads them needs no lock and nothing is moved.

use super::Dataset;
use super::idx;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

/// Images in a piece.
pub const PIECE: usize = 1_000;

/// So many images, of which the first have arrived.
#[derive(Debug)]
pub struct Arriving {
    count: usize,
    pieces: Vec<OnceLock<Box<[u8]>>>,
    begun: Mutex<Begun>,
}

/// What has come of the file.
#[derive(Debug, Default)]
struct Begun {
    header: Vec<u8>,
    /// The piece under way.
    piece: Vec<u8>,
    /// Bytes behind the header.
    data: usize,
}

/// Bytes before the images: the magic number and three dimensions.
const HEADER: usize = 16;

impl Arriving {
    /// None of `count` images yet.
    pub fn new(count: usize) -> Self {
        let pieces = (0..count.div_ceil(PIECE)).map(|_| OnceLock::new()).collect();
        Arriving { count, pieces, begun: Mutex::default() }
    }

    /// How many images there are to be.
    pub fn count(&self) -> usize {
        self.count
    }

    /// How many of the first are there.
    pub fn arrived(&self) -> usize {
        let whole = self.pieces.iter().take_while(|piece| piece.get().is_some()).count();
        (whole * PIECE).min(self.count)
    }

    /// Takes the next bytes of the file.
    ///
    /// # Errors
    /// The byte and why, if this is no such file; nothing of these bytes is kept beyond that byte.
    pub fn add(&self, mut bytes: &[u8]) -> Result<(), String> {
        let mut begun = self.begun();
        let missing = HEADER - begun.header.len();
        if missing > 0 {
            let (header, rest) = bytes.split_at(missing.min(bytes.len()));
            begun.header.extend_from_slice(header);
            bytes = rest;
            if begun.header.len() < HEADER {
                return Ok(());
            }
            self.check_header(&begun.header)?;
        }
        while !bytes.is_empty() {
            if begun.data == self.count * Dataset::PIXELS {
                return Err(idx::too_long(HEADER, &self.dimensions(), bytes.len()).to_string());
            }
            let at = begun.data / Dataset::PIXELS / PIECE;
            let size = PIECE.min(self.count - at * PIECE) * Dataset::PIXELS;
            let missing = size - begun.piece.len();
            let (now, rest) = bytes.split_at(missing.min(bytes.len()));
            begun.piece.reserve_exact(missing);
            begun.piece.extend_from_slice(now);
            begun.data += now.len();
            bytes = rest;
            if begun.piece.len() == size {
                let piece = std::mem::take(&mut begun.piece).into_boxed_slice();
                self.pieces[at].set(piece).expect("each piece comes once");
            }
        }
        Ok(())
    }

    /// Says that the file has ended.
    ///
    /// # Errors
    /// Where and why, if it ended too early.
    pub fn end(&self) -> Result<(), String> {
        let begun = self.begun();
        if begun.header.len() < HEADER {
            // Whatever is missing in so short a file is the first thing wrong with it.
            return idx::parse(&begun.header).map(|_| ()).map_err(|error| error.to_string());
        }
        if begun.data < self.count * Dataset::PIXELS {
            return Err(idx::too_short(HEADER, &self.dimensions(), begun.data).to_string());
        }
        Ok(())
    }

    /// The 784 bytes of an image that has arrived.
    ///
    /// # Panics
    /// If it has not.
    pub fn image(&self, index: usize) -> &[u8] {
        let piece = self.pieces[index / PIECE].get().expect("who asks for an image has seen that it is there");
        &piece[index % PIECE * Dataset::PIXELS..][..Dataset::PIXELS]
    }

    fn dimensions(&self) -> [usize; 3] {
        [self.count, 28, 28]
    }

    fn check_header(&self, header: &[u8]) -> Result<(), String> {
        let (dimensions, _) = idx::header(header).map_err(|error| error.to_string())?;
        let wanted = self.dimensions();
        if dimensions != wanted {
            return Err(format!("byte 4: dimensions {dimensions:?}, and not {wanted:?}, one image a label"));
        }
        Ok(())
    }

    fn begun(&self) -> MutexGuard<'_, Begun> {
        self.begun.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
