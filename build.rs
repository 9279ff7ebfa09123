//! Rebuilds the binary when a migration changes, because the migrations are embedded in it.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
