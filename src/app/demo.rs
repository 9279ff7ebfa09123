//! In the making.
#![allow(missing_docs)]
use std::net::SocketAddr;

use crate::app::StartError;
use crate::settings::Settings;

pub struct Loaded;

pub fn load(_: &Settings, _: &str) -> Result<Loaded, StartError> {
    Ok(Loaded)
}

pub fn welcome(_: &Settings, address: SocketAddr, _: &Loaded) -> Result<String, StartError> {
    Ok(format!("http://{address}/swagger-ui/"))
}
