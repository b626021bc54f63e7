//! What every request has to pass, before its path says where it goes.
use super::error::Error;
use super::head::short_head;
use super::headers::our_hosts;
use super::origin::own_origin;
use super::query::single_fields;
use super::rate_limits::{Recognised, Token};
use actix_web::HttpMessage;
use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;

/// Says why a request is refused.
type Check = fn(&ServiceRequest) -> Result<(), Error>;

/// Behind the limits of its address, in this order.
const CHECKS: [Check; 4] = [short_head, our_hosts, single_fields, own_origin];

/// Middleware: one for all of them, so that an answer passes one layer on its way back.
pub async fn doors<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, actix_web::Error> {
    let passed = Token::take(&request).and_then(|token| {
        CHECKS.iter().try_for_each(|check| check(&request))?;
        Ok(token)
    });
    let token = match passed {
        Ok(token) => token,
        // `into_response` would lose the error, and with it the code and the audit row.
        Err(error) => return Ok(request.error_response(error).map_into_right_body()),
    };
    let answer = next.call(request).await?;
    if answer.request().extensions().get::<Recognised>().is_some() {
        token.give_back();
    }
    Ok(answer.map_into_left_body())
}
