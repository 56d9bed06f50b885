"""A server in front of moto: writes down every request, and refuses those it is told to."""

import http.client
import threading
import time
import urllib.parse
import xml.etree.ElementTree as ElementTree
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ERROR = (
    '<?xml version="1.0" encoding="UTF-8"?><Response><Errors><Error><Code>{code}</Code>'
    "<Message>as the test wants it</Message></Error></Errors><RequestID>1</RequestID></Response>"
)

SILENCE = 25

# What moto does not know, as EC2 answers where there is none.
NONE = {"DescribeIpamPools": "ipamPoolSet"}
EMPTY = (
    '<{action}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>1</requestId>'
    "<{set}/></{action}Response>"
)


class Front:
    """`requests` are (service, action, parameters); `refused` maps an action to the status and code of its answer, and
    `silent` has those that are not answered in time."""

    def __init__(self, moto_port):
        self.requests, self.refused, self.silent = [], {}, set()
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
        if action in self.silent:
            # Longer than an attempt waits; whoever asked is gone by then.
            time.sleep(SILENCE)
            handler.close_connection = True
            return None
        if action in self.refused:
            status, code = self.refused[action]
            return self.answer(handler, status, {"Content-Type": "text/xml"}, ERROR.format(code=code).encode())
        if action in NONE:
            return self.answer(handler, 200, {"Content-Type": "text/xml"}, EMPTY.format(action=action, set=NONE[action]).encode())
        to_moto = http.client.HTTPConnection("127.0.0.1", moto_port, timeout=60)
        headers = {key: value for key, value in handler.headers.items() if key.lower() != "host"}
        headers["Host"] = handler.headers.get("Host", "")
        to_moto.request(handler.command, handler.path, body, headers)
        reply = to_moto.getresponse()
        told = reply.read()
        if action == "DescribeSubnets" and reply.status == 200:
            told = self.page(fields, told)
        self.answer(handler, reply.status, dict(reply.getheaders()), told)

    @staticmethod
    def page(fields, told):
        """moto answers with all subnets at once; EC2 with as many as are asked for, and a token for the rest."""
        root = ElementTree.fromstring(told)
        namespace = root.tag.split("}")[0] + "}"
        ElementTree.register_namespace("", namespace[1:-1])
        every = root.find(namespace + "subnetSet")
        items, start = list(every), int(fields.get("NextToken", 0))
        end = start + int(fields.get("MaxResults", len(items)))
        for item in items[:start] + items[end:]:
            every.remove(item)
        if end < len(items):
            ElementTree.SubElement(root, namespace + "nextToken").text = str(end)
        return ElementTree.tostring(root)

    @staticmethod
    def answer(handler, status, headers, body):
        handler.send_response(status)
        for key, value in headers.items():
            if key.lower() in ("content-type", "x-amzn-requestid"):
                handler.send_header(key, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)
