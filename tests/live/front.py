"""A server in front of moto: writes down every request, and refuses those it is told to."""

import http.client
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ERROR = (
    '<?xml version="1.0" encoding="UTF-8"?><Response><Errors><Error><Code>{code}</Code>'
    "<Message>as the test wants it</Message></Error></Errors><RequestID>1</RequestID></Response>"
)


class Front:
    """`requests` are (service, action, parameters); `refused` maps an action to the status and code of its answer."""

    def __init__(self, moto_port):
        self.requests, self.refused = [], {}
        front = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                front.handle(self, body, moto_port)

            do_GET = do_PUT = do_DELETE = do_HEAD = do_POST

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def handle(self, handler, body, moto_port):
        fields = dict(urllib.parse.parse_qsl(body.decode("utf-8", "replace")))
        scope = handler.headers.get("Authorization", "").split("Credential=")[-1].split("/")
        service = scope[3] if len(scope) > 3 else "?"
        action = fields.get("Action", f"{handler.command} {handler.path}")
        self.requests.append((service, action, fields))
        if action in self.refused:
            status, code = self.refused[action]
            return self.answer(handler, status, {"Content-Type": "text/xml"}, ERROR.format(code=code).encode())
        to_moto = http.client.HTTPConnection("127.0.0.1", moto_port, timeout=60)
        headers = {key: value for key, value in handler.headers.items() if key.lower() != "host"}
        headers["Host"] = handler.headers.get("Host", "")
        to_moto.request(handler.command, handler.path, body, headers)
        reply = to_moto.getresponse()
        self.answer(handler, reply.status, dict(reply.getheaders()), reply.read())

    @staticmethod
    def answer(handler, status, headers, body):
        handler.send_response(status)
        for key, value in headers.items():
            if key.lower() in ("content-type", "x-amzn-requestid"):
                handler.send_header(key, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)
