//! Messages in, messages out.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    path::{Path, PathBuf},
    time::Duration,
};

use jiff::Timestamp;
use lsp_server::{Connection, ErrorCode, Message, Notification, ProtocolError, Request, RequestId, Response};
use lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionProviderCapability, CompletionOptions, DidChangeTextDocumentParams,
    DidChangeWatchedFilesParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams, HoverProviderCapability,
    InitializeParams, InitializeResult, OneOf, PublishDiagnosticsParams, ServerCapabilities, ServerInfo,
    TextDocumentPositionParams, TextDocumentSyncCapability, TextDocumentSyncKind, notification as told,
    notification::Notification as _, request as asked, request::Request as _,
};
use serde::{Serialize, de::DeserializeOwned};

use super::{
    actions, complete, definition,
    documents::{Document, Documents},
    hover, publish,
    spot::Spot,
    text::byte_offset,
    uri,
};
use crate::{
    check::{self, Session, isolated},
    source::{find_root, offset, read_text},
};

/// So long nothing more must come before what was typed is judged.
const QUIET: Duration = Duration::from_millis(20);

/// So many messages are waited for at most, however fast they come.
const MOST_WAITED: usize = 20;

/// What the server asks of the outside.
#[expect(missing_debug_implementations, reason = "functions have nothing to show")]
pub struct Host<'h> {
    /// How to judge the repository at a root.
    pub request: &'h dyn Fn(&Path) -> check::Request,
    pub now: &'h dyn Fn() -> Timestamp,
}

/// Why the server cannot go on.
#[derive(Debug)]
pub struct Ended(String);

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<ProtocolError> for Ended {
    fn from(error: ProtocolError) -> Self {
        Self(error.to_string())
    }
}

/// Serves one editor until it says that it is enough.
///
/// # Errors
/// When the editor breaks the protocol, or goes away in the middle of it.
pub fn serve(connection: &Connection, host: &Host<'_>) -> Result<(), Ended> {
    let (id, params) = connection.initialize_start()?;
    let params: InitializeParams = match serde_json::from_value(params) {
        Ok(params) => params,
        Err(error) => return Err(Ended(format!("the editor's \"initialize\" cannot be read: {error}"))),
    };
    let result = InitializeResult {
        capabilities: capabilities(),
        server_info: Some(ServerInfo {
            name: "infralint".to_owned(),
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        }),
    };
    connection.initialize_finish(id, serde_json::to_value(result).unwrap_or_default())?;
    let mut server = Server {
        connection,
        host,
        client: Client::of(&params),
        sessions: Vec::new(),
        documents: Documents::new(),
        pending: BTreeSet::new(),
        waited: 0,
        published: BTreeMap::new(),
    };
    server.watch();
    for folder in folders(&params) {
        server.open_session(&folder);
    }
    server.publish();
    server.run()
}

fn capabilities() -> ServerCapabilities {
    ServerCapabilities {
        text_document_sync: Some(TextDocumentSyncCapability::Kind(TextDocumentSyncKind::INCREMENTAL)),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        definition_provider: Some(OneOf::Left(true)),
        code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
            code_action_kinds: Some(vec![CodeActionKind::QUICKFIX, actions::FIX_ALL]),
            ..CodeActionOptions::default()
        })),
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some(vec![".".to_owned()]),
            ..CompletionOptions::default()
        }),
        ..ServerCapabilities::default()
    }
}

/// The folders that are open in the editor.
fn folders(params: &InitializeParams) -> Vec<PathBuf> {
    let named = params.workspace_folders.iter().flatten().map(|folder| &folder.uri);
    let mut folders: Vec<PathBuf> = named.filter_map(uri::path).collect();
    #[expect(deprecated, reason = "older editors name their folder only so")]
    if folders.is_empty() {
        folders.extend(params.root_uri.as_ref().and_then(uri::path));
    }
    folders
}

/// What the editor can do.
#[derive(Clone, Copy, Debug)]
pub(super) struct Client {
    /// Edits of several documents with their versions.
    pub(super) versioned_edits: bool,
    can_watch: bool,
}

impl Client {
    fn of(params: &InitializeParams) -> Self {
        let workspace = params.capabilities.workspace.as_ref();
        let edits = workspace.and_then(|workspace| workspace.workspace_edit.as_ref());
        let watch = workspace.and_then(|workspace| workspace.did_change_watched_files.as_ref());
        Self {
            versioned_edits: edits.and_then(|edits| edits.document_changes) == Some(true),
            can_watch: watch.and_then(|watch| watch.dynamic_registration) == Some(true),
        }
    }
}

struct Server<'h> {
    connection: &'h Connection,
    host: &'h Host<'h>,
    client: Client,
    sessions: Vec<Session>,
    documents: Documents,
    /// Files that changed since they were judged.
    pending: BTreeSet<PathBuf>,
    /// Messages that came since.
    waited: usize,
    /// What the editor shows, by URI; none of these is empty.
    published: BTreeMap<String, PublishDiagnosticsParams>,
}

impl Server<'_> {
    fn run(&mut self) -> Result<(), Ended> {
        loop {
            let receiver = &self.connection.receiver;
            let next = if self.pending.is_empty() {
                receiver.recv().map_err(|_| false)
            } else {
                receiver.recv_timeout(QUIET).map_err(|error| error.is_timeout())
            };
            match next {
                Ok(message) => {
                    if self.take(message)? {
                        return Ok(());
                    }
                    self.waited += 1;
                }
                Err(true) => self.refresh(),
                Err(false) => return Err(Ended("the editor went away without saying so".to_owned())),
            }
            if self.waited > MOST_WAITED {
                self.refresh();
            }
        }
    }

    /// Whether this was the last message.
    fn take(&mut self, message: Message) -> Result<bool, Ended> {
        match message {
            Message::Request(request) => {
                if self.connection.handle_shutdown(&request)? {
                    return Ok(true);
                }
                self.refresh();
                let response = self.answer(&request);
                self.send(response);
            }
            Message::Notification(notification) => {
                if notification.method == told::Exit::METHOD {
                    return Err(Ended("the editor left without \"shutdown\"".to_owned()));
                }
                self.hear(notification);
            }
            // The only request of ours is to be told of files; an editor that refuses tells of what it opens.
            Message::Response(_) => {}
        }
        Ok(false)
    }

    /// An editor that hangs up is noticed when its next message is read.
    fn send(&self, message: impl Into<Message>) {
        drop(self.connection.sender.send(message.into()));
    }

    fn notify<N: told::Notification>(&self, params: &N::Params)
    where
        N::Params: Serialize,
    {
        self.send(Notification::new(N::METHOD.to_owned(), params));
    }

    /// Asks to be told of files that others change.
    fn watch(&self) {
        if !self.client.can_watch {
            return;
        }
        let globs = ["**/*.{tf,tfvars,hcl,tfbackend,json,mk,sh,yml,yaml}", "**/Makefile"];
        let watchers: Vec<_> = globs.iter().map(|glob| serde_json::json!({ "globPattern": glob })).collect();
        let registration = serde_json::json!({ "registrations": [{
            "id": "files",
            "method": told::DidChangeWatchedFiles::METHOD,
            "registerOptions": { "watchers": watchers },
        }] });
        let id = RequestId::from("files".to_owned());
        self.send(Request::new(id, asked::RegisterCapability::METHOD.to_owned(), registration));
    }

    fn open_session(&mut self, folder: &Path) {
        let root = find_root(folder);
        if self.sessions.iter().all(|session| session.sources().root() != root) {
            let request = (self.host.request)(&root);
            self.sessions.push(Session::open(root, request));
        }
    }

    /// The session of a file, begun if there is none.
    fn session_of(&mut self, path: &Path) -> Option<&Session> {
        let known = |sessions: &[Session]| {
            let holding = sessions.iter().enumerate().filter(|(_, session)| path.starts_with(session.sources().root()));
            holding.max_by_key(|(_, session)| session.sources().root().as_os_str().len()).map(|(i, _)| i)
        };
        let at = known(&self.sessions).or_else(|| {
            self.open_session(path.parent()?);
            known(&self.sessions)
        })?;
        self.sessions.get(at)
    }

    fn hear(&mut self, notification: Notification) {
        let Notification { method, params } = notification;
        match method.as_str() {
            told::DidOpenTextDocument::METHOD => self.read(params, &method, Self::opened),
            told::DidChangeTextDocument::METHOD => self.read(params, &method, Self::changed),
            told::DidCloseTextDocument::METHOD => self.read(params, &method, Self::closed),
            told::DidChangeWatchedFiles::METHOD => self.read(params, &method, Self::changed_outside),
            _ => {}
        }
    }

    /// Does something with what a notification says; one that cannot be read is told to the editor's log.
    fn read<P: DeserializeOwned>(&mut self, params: serde_json::Value, method: &str, hear: fn(&mut Self, P)) {
        match serde_json::from_value(params) {
            Ok(params) => hear(self, params),
            Err(error) => self.log(format!("{method} cannot be read: {error}")),
        }
    }

    fn log(&self, message: String) {
        let params = lsp_types::LogMessageParams { typ: lsp_types::MessageType::WARNING, message };
        self.notify::<told::LogMessage>(&params);
    }

    fn opened(&mut self, params: DidOpenTextDocumentParams) {
        let Some(path) = uri::path(&params.text_document.uri) else { return };
        let document = Document { text: params.text_document.text, version: params.text_document.version };
        let is_news = read_text(&path).ok().as_deref() != Some(&document.text);
        self.documents.insert(path.clone(), document);
        let sessions = self.sessions.len();
        self.session_of(&path);
        if is_news || self.sessions.len() > sessions {
            self.pending.insert(path);
        } else if let Some(shown) = self.published.get(params.text_document.uri.as_str()) {
            // Some editors forget what they were told of documents that were not open.
            self.notify::<told::PublishDiagnostics>(shown);
        }
    }

    fn changed(&mut self, params: DidChangeTextDocumentParams) {
        let Some(path) = uri::path(&params.text_document.uri) else { return };
        let Some(document) = self.documents.get_mut(&path) else { return };
        document.edit(params.content_changes, params.text_document.version);
        self.pending.insert(path);
    }

    fn closed(&mut self, params: DidCloseTextDocumentParams) {
        let Some(path) = uri::path(&params.text_document.uri) else { return };
        if let Some(document) = self.documents.remove(&path)
            && read_text(&path).ok().as_deref() != Some(&document.text)
        {
            self.pending.insert(path.clone());
        }
        if let Some(session) = self.session_of(&path) {
            session.write(path, None);
        }
    }

    /// What is open counts as it is in the editor.
    fn changed_outside(&mut self, params: DidChangeWatchedFilesParams) {
        let paths = params.changes.iter().filter_map(|event| uri::path(&event.uri));
        let paths: Vec<PathBuf> = paths.filter(|path| !self.documents.contains_key(path)).collect();
        self.pending.extend(paths);
    }

    /// Judges what changed.
    fn refresh(&mut self) {
        self.waited = 0;
        let pending = std::mem::take(&mut self.pending);
        if pending.is_empty() {
            return;
        }
        let now = (self.host.now)();
        for path in &pending {
            let text = self.documents.get(path).map(|document| document.text.as_str().into());
            if let (Some(session), Some(text)) = (self.session_of(path), text) {
                session.write(path.clone(), Some(text));
            }
        }
        for session in &mut self.sessions {
            let own = pending.iter().filter(|path| path.starts_with(session.sources().root()));
            let own: BTreeSet<PathBuf> = own.cloned().collect();
            if !own.is_empty() {
                session.refresh(&own, now);
            }
        }
        self.publish();
    }

    /// Tells the editor what is different from what it shows.
    fn publish(&mut self) {
        if let Err(bug) = isolated("what is shown", || self.tell_news()) {
            self.log(bug.detail);
        }
    }

    fn tell_news(&mut self) {
        let mut now: BTreeMap<String, PublishDiagnosticsParams> = BTreeMap::new();
        for session in &self.sessions {
            for (path, diagnostics) in publish::diagnostics(session) {
                let Some(uri) = uri::of(&path) else { continue };
                let version = self.documents.get(&path).map(|document| document.version);
                let key = uri.as_str().to_owned();
                now.entry(key)
                    .or_insert_with(|| PublishDiagnosticsParams::new(uri, Vec::new(), version))
                    .diagnostics
                    .extend(diagnostics);
            }
        }
        let before = std::mem::take(&mut self.published);
        for (key, gone) in &before {
            if !now.contains_key(key) {
                let version = uri::path(&gone.uri).and_then(|path| self.documents.get(&path)).map(|d| d.version);
                let none = PublishDiagnosticsParams::new(gone.uri.clone(), Vec::new(), version);
                self.notify::<told::PublishDiagnostics>(&none);
            }
        }
        for (key, params) in &now {
            if before.get(key).is_none_or(|shown| shown.diagnostics != params.diagnostics) {
                self.notify::<told::PublishDiagnostics>(params);
            }
        }
        self.published = now;
    }

    /// A bug that is met takes this answer away, and nothing else.
    fn answer(&mut self, request: &Request) -> Response {
        let id = request.id.clone();
        let answered = isolated(&request.method, || self.answered(request));
        match answered {
            Ok(Ok(result)) => Response::new_ok(id, result),
            Ok(Err((code, message))) => Response::new_err(id, code as i32, message),
            Err(bug) => Response::new_err(id, ErrorCode::InternalError as i32, bug.detail),
        }
    }

    fn answered(&mut self, request: &Request) -> Answer {
        match request.method.as_str() {
            asked::HoverRequest::METHOD => {
                self.at_spot(params::<asked::HoverRequest>(request)?.text_document_position_params, hover::hover)
            }
            asked::GotoDefinition::METHOD => {
                let params = params::<asked::GotoDefinition>(request)?;
                self.at_spot(params.text_document_position_params, definition::definition)
            }
            asked::Completion::METHOD => {
                self.at_spot(params::<asked::Completion>(request)?.text_document_position, complete::complete)
            }
            asked::CodeActionRequest::METHOD => {
                let params = params::<asked::CodeActionRequest>(request)?;
                let Some(path) = uri::path(&params.text_document.uri) else { return Ok(serde_json::Value::Null) };
                let (client, documents) = (self.client, self.documents.clone());
                let Some(session) = self.session_of(&path) else { return Ok(serde_json::Value::Null) };
                json(&actions::actions(session, (&path, &params), (client, &documents)))
            }
            method => Err((ErrorCode::MethodNotFound, format!("infralint does not answer {method}"))),
        }
    }

    /// Answers what is asked of a position in a document.
    fn at_spot<T: Serialize>(
        &mut self,
        params: TextDocumentPositionParams,
        answer: impl Fn(&Session, &Spot<'_>) -> Option<T>,
    ) -> Answer {
        let TextDocumentPositionParams { text_document, position } = params;
        let Some(path) = uri::path(&text_document.uri) else { return Ok(serde_json::Value::Null) };
        let Some(text) = self.text_of(&path) else { return Ok(serde_json::Value::Null) };
        let at = offset(byte_offset(&text, position));
        let Some(session) = self.session_of(&path) else { return Ok(serde_json::Value::Null) };
        let spot = Spot::find(session, &path, (&text, at));
        json(&spot.and_then(|spot| answer(session, &spot)))
    }

    fn text_of(&self, path: &Path) -> Option<String> {
        let open = self.documents.get(path).map(|document| document.text.clone());
        open.or_else(|| read_text(path).ok())
    }
}

type Answer = Result<serde_json::Value, (ErrorCode, String)>;

fn params<R: asked::Request>(request: &Request) -> Result<R::Params, (ErrorCode, String)> {
    serde_json::from_value(request.params.clone()).map_err(|error| (ErrorCode::InvalidParams, error.to_string()))
}

fn json<T: Serialize>(answer: &T) -> Answer {
    serde_json::to_value(answer).map_err(|error| (ErrorCode::InternalError, error.to_string()))
}
