"""Answers documented error bodies on 127.0.0.1: plain, gzipped, in chunks, behind a redirect."""
import gzip, pathlib, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
cases = pathlib.Path(sys.argv[1])
A, L, O, G = "ampache/documented/", "lineworks/conforming/", "onedrive/documented/", "groove/documented/"
ROUTES = {
    "/server/json.server.php": (200, A + "4704.json", "application/json", {}),
    "/server/xml.server.php": (200, A + "4704.xml", "text/xml; charset=UTF-8", {}),
    "/v1.0/users/me": (401, L + "challenge-401.json", "application/json", {"WWW-Authenticate": 'Bearer error="invalid_token"'}),
    "/v1.0/me/drive/items/1/content": (416, O + "example.json", "application/json", {}),
    "/1/content/music/search": (404, G + "sample.json", "application/json; charset=utf-8", {}),
    "/moved": (302, None, "text/html", {"Location": "/server/json.server.php?action=song"}),
}
class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def log_message(self, *args): pass
    def do_GET(self):
        path, _, query = self.path.partition("?")
        if "://" in path: path = "/" + path.split("/", 3)[3]
        status, case, kind, fields = ROUTES.get(path, (404, None, "text/html", {}))
        body = b"<p>moved</p>\n" if case is None else (cases / case).read_bytes()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in fields.items(): self.send_header(name, value)
        if "gzip" in self.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body, mtime=0)
            self.send_header("Content-Encoding", "gzip")
        if "chunked" in query:
            self.send_header("Transfer-Encoding", "chunked"); self.end_headers()
            if self.command == "HEAD": return
            for at in range(0, len(body), 64):
                part = body[at:at + 64]
                self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
            self.wfile.write(b"0\r\n\r\n")
        else:
            self.send_header("Content-Length", str(len(body))); self.end_headers()
            if self.command != "HEAD": self.wfile.write(body)
    do_HEAD = do_GET
ThreadingHTTPServer(("127.0.0.1", 8423), Handler).serve_forever()
