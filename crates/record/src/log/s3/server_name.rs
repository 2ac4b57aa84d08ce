//! Listens to what a server calls itself (the header `Server`), for errors that name it.
//!
//! Changes nothing about requests or answers.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpRequest, HttpResponse, HttpService, ReqwestConnector,
};

/// The most characters of a name that are shown.
const MOST: usize = 60;

/// Where the name goes.
type Name = Arc<Mutex<Option<String>>>;

/// Makes clients that note the server's name.
#[derive(Debug)]
pub(super) struct NamingConnector {
    name: Name,
}

impl NamingConnector {
    pub(super) fn new(name: Name) -> Self {
        Self { name }
    }
}

impl HttpConnector for NamingConnector {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        let inner = ReqwestConnector::default().connect(options)?;
        Ok(HttpClient::new(Naming { inner, name: Arc::clone(&self.name) }))
    }
}

#[derive(Debug)]
struct Naming {
    inner: HttpClient,
    name: Name,
}

/// What the trait's `async fn` stands for.
type Call<'a> = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'a>>;

impl HttpService for Naming {
    fn call<'life, 'call>(&'life self, request: HttpRequest) -> Call<'call>
    where
        'life: 'call,
        Self: 'call,
    {
        Box::pin(async move {
            let response = self.inner.execute(request).await?;
            if let Some(name) = response.headers().get("server")
                && let Ok(name) = name.to_str()
            {
                let name: String = name.chars().take(MOST).collect();
                *self.name.lock().unwrap_or_else(PoisonError::into_inner) = Some(name);
            }
            Ok(response)
        })
    }
}
