//! See `aiguillage::fuzzing`.
#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| aiguillage::fuzzing::run("lookup_body", data));
