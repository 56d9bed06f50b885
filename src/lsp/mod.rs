//! The language server: what editors ask, answered from a [`Session`](crate::check::Session).
//!
//! One thread reads messages and answers them in order. What is typed is judged when nothing more comes for a moment, and
//! before anything is answered, so that every answer is about the text that is on the screen.

mod actions;
mod complete;
mod definition;
mod documents;
mod hover;
mod publish;
mod server;
mod spot;
mod text;
mod uri;
mod waiver;

pub use server::{Ended, Host, serve};
