//! Everything that the page shows of a network. Nothing here changes the network; tensors are returned as `ndarray`
//! arrays.

mod augmented;
mod ensemble;
mod filters;
mod maps;
mod reading;
mod survey;
mod test_images;
mod unit;

pub use augmented::augmented;
pub use ensemble::{Ensemble, Member, Missed, Reading, Verdict, largest, mean};
pub use filters::filters;
pub use maps::{Maps, Viewer};
pub use reading::{Digit, read_off};
pub use survey::{Excited, STRONGEST, Survey};
pub use unit::{Change, Sight, Unit};
