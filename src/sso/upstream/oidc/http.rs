//! How the library reaches a provider.
use crate::outbound::{self, Outbound, OutboundError};
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use std::future::Future;
use std::pin::Pin;

/// Bytes of one answer.
const LONGEST: usize = 1 << 20;

/// Our way out, as the library wants it.
pub(super) struct Http(pub(super) Outbound);

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = OutboundError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, OutboundError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let request = reqwest::Request::try_from(request)?;
            let answer = self.0.client()?.execute(request).await;
            let answer = answer.map_err(reqwest::Error::without_url)?;
            let mut response = HttpResponse::new(Vec::new());
            *response.status_mut() = answer.status();
            answer.headers().clone_into(response.headers_mut());
            *response.body_mut() = outbound::body(answer, LONGEST).await?;
            Ok(response)
        })
    }
}
