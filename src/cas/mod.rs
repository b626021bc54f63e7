//! CAS 1, 2 and 3 for applications that `app_filters` describes (`dispatch.md` 6).
//!
//! A browser comes to `/login` with the address of an application and leaves with a *ticket*
//! ([`ticket`]); the application hands it in at `/serviceValidate` or a sister of it and learns who
//! that was ([`answer`]), with what its filter names ([`crate::sso::applications`]). An application
//! may pass the person on to another one ([`granting`]).
mod answer;
mod desk;
mod granting;
mod held;
mod login;
mod logout;
mod routes;
mod saml1;
mod store;
mod ticket;
mod validate;

pub use held::HELD;
pub use routes::routes;
