//! Engine in a browser page.
