//! What every answer has in common, whatever was asked (`security.md` 1).
mod bodies;
mod errors;
mod fields;
mod headers;
mod hosts;
mod ids;
mod limits;
mod methods;
mod origins;
mod raw;
mod redirects;
