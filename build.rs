//! Tells cargo that the binary embeds the migrations, so that a change of SQL alone is picked up.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
