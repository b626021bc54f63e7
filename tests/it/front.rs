//! What every answer has in common, whatever was asked (`security.md` 1).
mod bodies;
mod errors;
mod headers;
mod hosts;
mod methods;
mod origins;
