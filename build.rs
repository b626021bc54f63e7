//! Makes the build notice a new migration or message file.
fn main() {
    println!("cargo:rerun-if-changed=src/db/migrations");
    println!("cargo:rerun-if-changed=src/messages");
}
