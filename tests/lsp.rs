//! `infralint lsp` as an editor starts it: messages over pipes. A session with a real client is `tests/lsp/client.py`.

use std::{
    io::{BufReader, Write},
    path::PathBuf,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use lsp_server::{Message, Notification, Request, RequestId, Response};
use serde_json::{Value, json};

const VARIABLE: &str = "variable \"size\" {\n  type    = number\n  default = 3\n}\n";
const MAIN: &str = "locals {\n  double = var.size * 2\n}\n\noutput \"double\" {\n  value = local.double\n}\n";

struct Editor {
    folder: tempfile::TempDir,
    server: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    asked: i32,
    /// What was published and not looked at yet.
    published: Vec<Value>,
}

impl Editor {
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (name, text) in [(".infralint.hcl", ""), ("variables.tf", VARIABLE), ("main.tf", MAIN)] {
            std::fs::write(folder.path().join(name), text).expect("a file");
        }
        let mut server = Command::new(env!("CARGO_BIN_EXE_infralint"))
            .args(["lsp", "--stdio"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let input = server.stdin.take();
        let output = BufReader::new(server.stdout.take().expect("a pipe"));
        Self { folder, server, input, output, asked: 0, published: Vec::new() }
    }

    fn initialized() -> Self {
        let mut editor = Self::start();
        let root = editor.uri("");
        let result = editor.ask("initialize", json!({ "processId": null, "rootUri": root, "capabilities": {} }));
        let capabilities = result.response_result.expect("capabilities");
        assert_eq!(capabilities["serverInfo"]["name"], "infralint");
        assert_eq!(capabilities["capabilities"]["hoverProvider"], true);
        editor.tell("initialized", json!({}));
        editor
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().canonicalize().expect("the folder").join(name)
    }

    fn uri(&self, name: &str) -> String {
        format!("file://{}", self.path(name).display())
    }

    fn send(&mut self, message: impl Into<Message>) {
        let input = self.input.as_mut().expect("the pipe is open");
        message.into().write(input).expect("the server reads");
    }

    fn tell(&mut self, method: &str, params: Value) {
        self.send(Notification::new(method.to_owned(), params));
    }

    fn ask(&mut self, method: &str, params: Value) -> Response {
        self.asked += 1;
        let id = RequestId::from(self.asked);
        self.send(Request::new(id.clone(), method.to_owned(), params));
        loop {
            match self.read() {
                Message::Response(response) if response.id == id => return response,
                Message::Notification(told) => self.published.push(told.params),
                _ => {}
            }
        }
    }

    fn read(&mut self) -> Message {
        Message::read(&mut self.output).expect("a message").expect("the server is there")
    }

    /// The next list of diagnostics of a file.
    fn shown(&mut self, name: &str) -> Vec<Value> {
        let uri = self.uri(name);
        loop {
            if let Some(at) = self.published.iter().position(|told| told["uri"] == uri.as_str()) {
                let told = self.published.remove(at);
                return told["diagnostics"].as_array().cloned().expect("a list");
            }
            if let Message::Notification(told) = self.read() {
                self.published.push(told.params);
            }
        }
    }

    /// The mistakes of the configuration in a file, once there are so many; what rules find has a code.
    fn mistakes(&mut self, name: &str, count: usize) -> Vec<Value> {
        loop {
            let mut shown = self.shown(name);
            shown.retain(|told| told["code"].is_null());
            if shown.len() == count {
                return shown;
            }
        }
    }

    fn open(&mut self, name: &str, text: &str) {
        let uri = self.uri(name);
        let document = json!({ "uri": uri, "languageId": "terraform", "version": 1, "text": text });
        self.tell("textDocument/didOpen", json!({ "textDocument": document }));
    }

    fn change(&mut self, name: &str, version: i32, text: &str) {
        let uri = self.uri(name);
        let params =
            json!({ "textDocument": { "uri": uri, "version": version }, "contentChanges": [{ "text": text }] });
        self.tell("textDocument/didChange", params);
    }

    fn hover(&mut self, name: &str, (line, character): (u32, u32)) -> String {
        let uri = self.uri(name);
        let position = json!({ "line": line, "character": character });
        let answer = self.ask("textDocument/hover", json!({ "textDocument": { "uri": uri }, "position": position }));
        answer.response_result.expect("an answer")["contents"]["value"].as_str().unwrap_or_default().to_owned()
    }

    fn leave(mut self) -> Option<i32> {
        self.ask("shutdown", Value::Null);
        self.tell("exit", Value::Null);
        self.input = None;
        self.server.wait().expect("it ends").code()
    }
}

#[test]
fn what_is_typed_is_judged_before_it_is_saved() {
    let mut editor = Editor::initialized();
    editor.open("main.tf", MAIN);
    editor.change("main.tf", 2, &MAIN.replace("var.size", "var.siez"));
    let shown = editor.mistakes("main.tf", 1);
    assert!(shown[0]["message"].as_str().is_some_and(|m| m.contains("siez")), "{shown:#?}");
    assert_eq!(shown[0]["range"]["start"], json!({ "line": 1, "character": 11 }));
    assert_eq!(std::fs::read_to_string(editor.path("main.tf")).expect("the file"), MAIN, "nothing is written");
    editor.change("main.tf", 3, MAIN);
    assert_eq!(editor.mistakes("main.tf", 0), Vec::<Value>::new(), "it goes away again");
    assert_eq!(editor.leave(), Some(0));
}

#[test]
fn answers_are_about_what_is_on_the_screen() {
    let mut editor = Editor::initialized();
    editor.open("variables.tf", VARIABLE);
    let before = editor.hover("main.tf", (1, 15));
    assert!(before.contains("var.size = 3"), "{before}");
    editor.change("variables.tf", 2, &VARIABLE.replace('3', "21"));
    let after = editor.hover("main.tf", (5, 12));
    assert!(after.contains("local.double = 42"), "{after}");
    assert_eq!(editor.leave(), Some(0));
}

#[test]
fn what_cannot_be_answered_is_an_error_and_not_the_end() {
    let mut editor = Editor::initialized();
    let unknown = editor.ask("textDocument/nothing", json!({}));
    assert_eq!(unknown.response_result.map_err(|error| error.code), Err(-32601));
    let unreadable = editor.ask("textDocument/hover", json!({ "position": "here" }));
    assert_eq!(unreadable.response_result.map_err(|error| error.code), Err(-32602));
    editor.tell("textDocument/didChange", json!("nonsense"));
    editor.tell(
        "textDocument/didOpen",
        json!({ "textDocument": {
        "uri": "untitled:1", "languageId": "terraform", "version": 1, "text": "" } }),
    );
    assert!(editor.hover("variables.tf", (0, 12)).contains("var.size"), "it goes on");
    assert_eq!(editor.leave(), Some(0));
}

#[test]
fn an_editor_that_just_goes_away_is_an_error() {
    let mut editor = Editor::initialized();
    editor.input = None;
    assert_eq!(editor.server.wait().expect("it ends").code(), Some(2));
    let mut editor = Editor::start();
    let input = editor.input.as_mut().expect("the pipe is open");
    input.write_all(b"Content-Length: 5\r\n\r\nhello").expect("the server reads");
    editor.input = None;
    assert_eq!(editor.server.wait().expect("it ends").code(), Some(2));
}
