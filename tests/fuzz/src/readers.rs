//! Files of the command line's program that read bytes: a program cannot be depended on as a library can.

#[path = "../../../src/bin/lenet/gzip.rs"]
pub mod gzip;
#[path = "../../../src/bin/lenet/picture_file.rs"]
pub mod picture_file;
