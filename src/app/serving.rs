//! From the parts to a running server: doors, features, connections.
use super::Parts;
use crate::web::doors::doors;
use crate::web::error_pages::error_pages;
use crate::web::headers::hardened;
use crate::web::request_id::request_id;
use crate::web::wire::Wire;
use crate::web::{self, assets, language};
use crate::{attendance, cas, demo, dispatch, jobs, lookup, mail, people, sso, sync};
use actix_http::HttpService;
use actix_service::{ServiceFactoryExt, map_config};
use actix_web::App;
use actix_web::body::MessageBody;
use actix_web::dev::{
    AppConfig, Server, ServiceFactory, ServiceRequest, ServiceResponse, fn_service,
};
use actix_web::middleware::{Compress, from_fn};
use actix_web::web::{Data, ServiceConfig};
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
            .configure(|cfg| self.mount(cfg))
            .default_service(actix_web::web::to(no_such_page))
            .wrap(from_fn(doors))
            .wrap(from_fn(error_pages))
            .wrap(Compress::default())
            .wrap(from_fn(hardened))
            .wrap(from_fn(request_id))
    }

    /// Hand out the parts and mount every feature.
    pub fn mount(&self, cfg: &mut ServiceConfig) {
        cfg.app_data(Data::new(self.db.clone()))
            .app_data(Data::new(self.clock.clone()))
            .app_data(Data::new(self.dispatcher.clone()))
            .app_data(Data::new(self.dispatcher.directories.clone()))
            .app_data(Data::new(self.reloader.clone()))
            .app_data(Data::new(self.vouching.clone()))
            .app_data(Data::new(self.sign_in.clone()))
            .app_data(Data::new(self.outbound.clone()))
            .app_data(Data::new(self.form_key.clone()))
            .app_data(Data::new(self.clients.clone()))
            .app_data(Data::new(self.hosts.clone()))
            .app_data(Data::new(self.origin.clone()))
            .app_data(Data::new(self.jobs.clone()))
            .app_data(Data::from(Arc::clone(&self.mailer)))
            .app_data(Data::new(self.config.cas))
            .app_data(self.workroom.clone())
            .app_data(self.rate_limits.clone())
            .app_data(self.refusals.clone())
            .app_data(Data::new(self.spool.clone()))
            .app_data(self.theme.clone());
        // Paths are tried in this order: what is asked a thousand times a second stands first.
        self.mount_lookup(cfg);
        cfg.configure(cas::routes).configure(sso::routes).configure(dispatch::routes);
        cfg.configure(people::routes);
        cfg.configure(jobs::routes).configure(mail::routes);
        let zone = self.dispatcher.rules.dispatch.time_zone;
        let desk = sync::Desk { sources: self.synced.clone(), zone };
        cfg.app_data(Data::new(desk)).configure(sync::routes);
        cfg.app_data(Data::new(self.proof.clone())).configure(attendance::proof::routes);
        cfg.configure(assets::routes).configure(language::routes);
        match &self.demo {
            Some(stage) => {
                cfg.app_data(Data::new(stage.clone())).configure(demo::routes);
            }
            None => web::start::routes(cfg),
        }
    }

    /// Pages are there even while the lookup is switched off, and say so.
    fn mount_lookup(&self, cfg: &mut ServiceConfig) {
        let config = Arc::clone(&self.config);
        let desk = lookup::Desk { config, parts: self.lookup.clone() };
        if let Some(lookup) = &self.lookup {
            lookup.mount(cfg);
        }
        cfg.app_data(Data::new(desk)).configure(lookup::routes);
    }
}

async fn no_such_page() -> web::Result<actix_web::HttpResponse> {
    Err(web::Error::NotFound)
}
