//! From the parts to a running server: doors, features, connections.
use super::Parts;
use crate::rights::Rule;
use crate::web::doors::doors;
use crate::web::error_pages::error_pages;
use crate::web::frame::Offers;
use crate::web::headers::hardened;
use crate::web::request_id::request_id;
use crate::web::resource::{Admission, Map, Route};
use crate::web::wire::Wire;
use crate::web::{self, assets, language};
use crate::{
    api, attendance, card, cas, demo, dispatch, identity, jobs, lookup, mail, office, people, sso,
    sync,
};
use actix_http::HttpService;
use actix_service::{ServiceFactoryExt, map_config};
use actix_web::body::MessageBody;
use actix_web::dev::{
    AppConfig, Server, ServiceFactory, ServiceRequest, ServiceResponse, fn_service,
};
use actix_web::middleware::{Compress, from_fn};
use actix_web::web::{Data, ServiceConfig};
use actix_web::{App, HttpRequest};
use std::future::ready;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

impl Parts {
    /// Serve on a socket that is open already.
    pub fn serve(self, listener: TcpListener) -> std::io::Result<Server> {
        let http = self.config.http.clone();
        let workers = match http.workers {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            workers => workers,
        };
        let certificate = self.demo.as_ref().and_then(|stage| stage.certificate.as_deref());
        let tls = certificate.map(demo::Certificate::acceptor).transpose()?;
        let server = Server::build()
            .workers(workers)
            .max_concurrent_connections(http.max_connections / workers.max(1))
            .shutdown_timeout(30)
            .disable_signals();
        let ending = server.graceful_shutdown_signal();
        // Instead of `HttpServer`, which lets nobody in between the socket and its parser.
        let connections = move || {
            let (parts, ending, tls) = (self.clone(), ending.clone(), tls.clone());
            let app = map_config(parts.app(), |()| AppConfig::default());
            let http = HttpService::build()
                .graceful_shutdown_signal(move || {
                    let ending = ending.clone();
                    async move { ending.notified().await }
                })
                .client_request_timeout(Duration::from_secs(5))
                .client_disconnect_timeout(Duration::from_secs(1))
                .keep_alive(Duration::from_secs(15))
                .h1(app);
            fn_service(move |stream| ready(Wire::open(stream, tls.as_ref()))).and_then(http)
        };
        Ok(server.listen("http", listener, connections)?.run())
    }

    /// Every path, and the doors before all of them; the last one named is the outermost.
    fn app(
        self,
    ) -> App<
        impl ServiceFactory<
            ServiceRequest,
            Config = (),
            Response = ServiceResponse<impl MessageBody>,
            Error = actix_web::Error,
            InitError = (),
        >,
    > {
        App::new()
            .configure(|cfg| self.mount(cfg, &mut Vec::new()))
            .default_service(actix_web::web::to(no_such_page))
            .wrap(from_fn(doors))
            .wrap(from_fn(error_pages))
            .wrap(Compress::default())
            .wrap(from_fn(hardened))
            .wrap(from_fn(request_id))
    }

    /// Every path there is, its methods and their rules.
    pub fn routes(&self) -> Vec<Route> {
        let mut routes = Vec::new();
        let _ = App::new().configure(|cfg| self.mount(cfg, &mut routes));
        routes
    }

    /// Hand out the parts and mount every feature; `routes` learns of each path.
    fn mount(&self, cfg: &mut ServiceConfig, routes: &mut Vec<Route>) {
        let map = &mut Map::new(cfg, routes, gate);
        map.data(Data::new(self.db.clone()))
            .data(Data::new(self.clock.clone()))
            .data(Data::new(self.dispatcher.clone()))
            .data(Data::new(self.dispatcher.directories.clone()))
            .data(Data::new(self.reloader.clone()))
            .data(Data::new(self.vouching.clone()))
            .data(Data::new(self.sign_in.clone()))
            .data(Data::new(self.outbound.clone()))
            .data(Data::new(self.form_key.clone()))
            .data(Data::new(self.clients.clone()))
            .data(Data::new(self.hosts.clone()))
            .data(Data::new(self.origin.clone()))
            .data(Data::new(self.jobs.clone()))
            .data(Data::new(self.eraser()))
            .data(Data::from(Arc::clone(&self.mailer)))
            .data(Data::new(self.config.cas))
            .data(self.workroom.clone())
            .data(self.rate_limits.clone())
            .data(self.refusals.clone())
            .data(Data::new(self.spool.clone()))
            .data(self.theme.clone());
        // Paths are tried in this order: what is asked a thousand times a second stands first.
        self.mount_lookup(map);
        map.with(cas::routes).with(sso::routes).with(dispatch::routes).with(people::routes);
        map.with(jobs::routes).with(mail::routes);
        map.data(self.attendance.clone()).with(attendance::routes);
        map.data(Data::new(Offers { cards: self.config.card.is_open() }));
        map.data(self.cards.clone()).with(card::routes);
        map.data(Data::new(self.proof.clone())).with(attendance::proof::routes);
        map.data(Data::new(self.clone())).with(office::routes);
        let zone = self.dispatcher.rules.dispatch.time_zone;
        let desk = sync::Desk { sources: self.synced.clone(), zone };
        map.data(Data::new(desk)).with(sync::routes);
        map.data(Data::new(self.sync_engine())).data(self.api_budget.clone());
        map.data(Data::new(api::Desk::new(&self.config))).with(api::routes);
        map.with(assets::routes).with(language::routes);
        match &self.demo {
            Some(stage) => map.data(Data::new(stage.clone())).with(demo::routes),
            None => map.with(web::start::routes),
        };
    }

    /// Pages are there even while the lookup is switched off, and say so.
    fn mount_lookup(&self, map: &mut Map<'_>) {
        let config = Arc::clone(&self.config);
        let desk = lookup::Desk { config, parts: self.lookup.clone() };
        if let Some(lookup) = &self.lookup {
            lookup.mount(map);
        }
        map.data(Data::new(desk)).with(lookup::routes);
    }
}

async fn no_such_page() -> web::Result<actix_web::HttpResponse> {
    Err(web::Error::NotFound)
}

/// The door before every handler: people by their rights, programs by their token.
fn gate(request: HttpRequest, rule: Rule) -> Admission {
    match rule {
        Rule::Token(scope) => api::gate(request, scope),
        rule => identity::door::gate(request, rule),
    }
}
