//! The training images while their file arrives: 47 MB after unpacking, in the order of the file. They are stored in
//! pieces that are either complete or absent, so readers need no lock and bytes are never moved.

use super::mnist::{Format, IMAGES_HEADER};
use super::{digest, idx};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

/// The number of images in a piece.
pub const PIECE: usize = 1_000;

/// A known number of images, of which some of the first have arrived.
#[derive(Debug)]
pub struct Arriving {
    format: Format,
    count: usize,
    pieces: Vec<OnceLock<Box<[u8]>>>,
    begun: Mutex<Begun>,
    /// The digest of each piece; empty if they are not known.
    digests: Vec<u32>,
    /// Whether no more images will arrive, though some are missing.
    cut_short: AtomicBool,
}

/// The part of the file that has arrived and is not in a complete piece.
#[derive(Debug, Default)]
struct Begun {
    header: Vec<u8>,
    /// The bytes of the incomplete piece.
    piece: Vec<u8>,
    /// The number of bytes that have arrived after the header.
    data: usize,
}

impl Arriving {
    /// A store for `count` images, none of which has arrived.
    pub fn new(format: Format, count: usize) -> Self {
        let pieces = (0..count.div_ceil(PIECE)).map(|_| OnceLock::new()).collect();
        let digests = Vec::new();
        Arriving { format, count, pieces, begun: Mutex::default(), digests, cut_short: AtomicBool::new(false) }
    }

    /// Checks each piece against its digest from now on.
    pub fn expect(&mut self, digests: Vec<u32>) {
        self.digests = digests;
    }

    /// The number of images when all have arrived.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The number of images that have arrived. They are the first of the file.
    pub fn arrived(&self) -> usize {
        let complete = self.pieces.iter().take_while(|piece| piece.get().is_some()).count();
        (complete * PIECE).min(self.count)
    }

    /// The number of images that have arrived or may still arrive. They are the first of the file.
    pub fn coming(&self) -> usize {
        if self.cut_short.load(Ordering::Relaxed) { self.arrived() } else { self.count }
    }

    /// Declares that no more images will arrive.
    pub fn cut_short(&self) {
        self.cut_short.store(true, Ordering::Relaxed);
    }

    /// Prepares for another attempt to receive the file: forgets what is not in a complete piece, for it was not checked.
    /// Returns the number of bytes that were kept. The attempt goes on after them.
    pub fn resume(&self) -> usize {
        let mut begun = self.begun();
        let kept = self.arrived() * self.format.pixels();
        begun.piece.clear();
        begun.data = kept;
        if kept > 0 {
            return IMAGES_HEADER + kept;
        }
        begun.header.clear();
        0
    }

    /// Takes the next bytes of the file.
    ///
    /// # Errors
    /// The byte at which the file is invalid, and the reason. The bytes after it are ignored. After an error only
    /// `resume` makes sense.
    pub fn add(&self, mut bytes: &[u8]) -> Result<(), String> {
        let mut begun = self.begun();
        let missing = IMAGES_HEADER - begun.header.len();
        if missing > 0 {
            let (header, rest) = bytes.split_at(missing.min(bytes.len()));
            begun.header.extend_from_slice(header);
            bytes = rest;
            if begun.header.len() < IMAGES_HEADER {
                return Ok(());
            }
            self.check_header(&begun.header)?;
        }
        let pixels = self.format.pixels();
        while !bytes.is_empty() {
            if begun.data == self.count * pixels {
                return Err(idx::too_long(IMAGES_HEADER, &self.dimensions(), bytes.len()).to_string());
            }
            let at = begun.data / pixels / PIECE;
            let size = PIECE.min(self.count - at * PIECE) * pixels;
            let missing = size - begun.piece.len();
            let (now, rest) = bytes.split_at(missing.min(bytes.len()));
            begun.piece.reserve_exact(missing);
            begun.piece.extend_from_slice(now);
            begun.data += now.len();
            bytes = rest;
            if begun.piece.len() == size {
                let piece = std::mem::take(&mut begun.piece).into_boxed_slice();
                if let Some(&wanted) = self.digests.get(at) {
                    let (from, to) = (IMAGES_HEADER + begun.data - size, IMAGES_HEADER + begun.data - 1);
                    digest::check(&piece, wanted).map_err(|why| format!("bytes {from} to {to}: {why}"))?;
                }
                self.pieces[at].set(piece).expect("a piece is completed once");
            }
        }
        Ok(())
    }

    /// Declares the end of the file.
    ///
    /// # Errors
    /// The file ended too early. The error has the byte and the reason.
    pub fn end(&self) -> Result<(), String> {
        let begun = self.begun();
        if begun.header.len() < IMAGES_HEADER {
            // `parse` finds the first error in such a short file.
            return idx::parse(&begun.header).map(|_| ()).map_err(|error| error.to_string());
        }
        if begun.data < self.count * self.format.pixels() {
            return Err(idx::too_short(IMAGES_HEADER, &self.dimensions(), begun.data).to_string());
        }
        Ok(())
    }

    /// The bytes of an image that has arrived.
    ///
    /// # Panics
    /// The image has not arrived.
    pub fn image(&self, index: usize) -> &[u8] {
        let piece = self.pieces[index / PIECE].get().expect("callers check that the image has arrived");
        let pixels = self.format.pixels();
        &piece[index % PIECE * pixels..][..pixels]
    }

    fn dimensions(&self) -> [usize; 3] {
        [self.count, self.format.height, self.format.width]
    }

    fn check_header(&self, header: &[u8]) -> Result<(), String> {
        let (dimensions, _) = idx::header(header).map_err(|error| error.to_string())?;
        let wanted = self.dimensions();
        if dimensions != wanted {
            return Err(format!("byte 4: dimensions {dimensions:?}, and not {wanted:?}, one image per label"));
        }
        Ok(())
    }

    fn begun(&self) -> MutexGuard<'_, Begun> {
        self.begun.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
