//! Aiguillage: who is this person, and where do they belong?
//!
//! One service, read from the ground up:
//!
//! - ground: [`clock`], [`finding`] (what is wrong with a file or a value), [`ini`], [`rows`], [`hex`],
//!   [`rights`] (who may do what),
//!   [`config`], [`db`], [`audit`], [`web`] (everything a feature needs to speak HTTP), [`outbound`] (asking
//!   others);
//! - heart: [`identity`], people, their accounts and where they belong;
//! - work: [`jobs`], what goes on in the background;
//! - [`mail`], which leaves through the organisation's own accounts; [`uploads`], files that people send; [`paper`], what is
//!   printed;
//! - doors: [`sso`], how people come in and how we vouch for them;
//! - features: [`dispatch`], the choice of the school and the way into its portal; [`cas`], sign-on
//!   for other applications; [`lookup`], the directory that Nextcloud servers search; [`people`], who they
//!   are, for those who run the installation; [`sync`], which keeps them in step with directories;
//!   [`attendance`], who was there and how that is proven; and [`card`], the card office;
//! - [`api`], all of that for other programs;
//! - top: [`office`] (settings and health for administrators), [`demo`], [`app`] (the only place that
//!   knows everybody) and [`cli`].
//!
//! Arrows point one way, downwards in this list reversed: a module may use what stands above it.
pub mod api;
pub mod app;
pub mod attendance;
pub mod audit;
pub mod card;
pub mod cas;
pub mod cli;
pub mod clock;
pub mod config;
pub mod db;
pub mod demo;
pub mod dispatch;
pub mod figures;
pub mod finding;
pub mod fuzzing;
pub mod health;
pub mod hex;
pub mod identity;
pub mod ini;
pub mod jobs;
pub mod keys;
pub mod log;
pub mod lookup;
pub mod mail;
pub mod notify;
pub mod office;
pub mod outbound;
pub mod paper;
pub mod parallel;
pub mod people;
pub mod rights;
pub mod rows;
pub mod server;
pub mod sso;
pub mod sync;
pub mod uploads;
pub mod web;
