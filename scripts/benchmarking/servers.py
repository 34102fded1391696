"""The two servers that requests are measured against: nginx, which answers at once, and the simulator, which keeps a ledger."""

import http.server
import json
import os
import socket
import subprocess
import threading
import time
import urllib.request
from pathlib import Path

BINARIES = Path(os.environ["TOKENSWEEP_BINARIES"])
TOKENSWEEP = str(BINARIES / "tokensweep")
SIMULATE = str(BINARIES / "simulate")
SECRET = "cfut_benchmark"
ACCOUNT = "023e105f4ecef8ad9ca31a8372d0c353"

# What the API answers to a DELETE, with the id of the path.
ANSWER = (
    '{"success":true,"errors":[],"messages":[],"result":{"client_id":"88bf3b6d86161464f6509f7219099e57.access",'
    '"created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z","duration":"8760h",'
    '"expires_at":"2027-01-01T00:00:00Z","id":"$1","name":"benchmark"}}'
)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port):
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise RuntimeError(f"nobody listens on port {port}")


class Nginx:
    """Answers every DELETE of a token as the API does, over HTTP/1.1 and over TLS with HTTP/2, and counts the requests."""

    def __init__(self, folder):
        self.folder = Path(folder) / "nginx"
        self.port, self.tls_port = free_port(), free_port()

    @property
    def plain(self):
        return f"http://127.0.0.1:{self.port}/client/v4"

    @property
    def tls(self):
        return f"https://127.0.0.1:{self.tls_port}/client/v4"

    @property
    def certificate(self):
        return str(self.folder / "certificate.pem")

    def __enter__(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
        make += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "key.pem", "-out", "certificate.pem"]
        subprocess.run(make, cwd=self.folder, check=True, capture_output=True)
        (self.folder / "nginx.conf").write_text(self._configuration())
        self.process = subprocess.Popen(["nginx", "-p", str(self.folder), "-c", "nginx.conf"], stderr=subprocess.DEVNULL)
        wait_for(self.port)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def requests(self):
        """How many requests came so far, this one included."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/requests") as answer:
            return int(answer.read().split()[9])

    def _configuration(self):
        common = f"""
            keepalive_requests 100000000; keepalive_timeout 600s;
            location ~ /access/service_tokens/([0-9a-f-]+)$ {{ default_type application/json; return 200 '{ANSWER}'; }}
            location = /requests {{ stub_status; }}
        """
        return f"""
            daemon off; worker_processes 1; pid nginx.pid; error_log stderr crit;
            events {{ worker_connections 4096; }}
            http {{
                access_log off;
                client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
                server {{ listen 127.0.0.1:{self.port}; {common} }}
                server {{
                    listen 127.0.0.1:{self.tls_port} ssl http2;
                    ssl_certificate {self.folder}/certificate.pem; ssl_certificate_key {self.folder}/key.pem;
                    {common}
                }}
            }}
        """


class FirstDelete:
    """Tells the moment at which the first DELETE arrives, and answers none: nobody has to ask, which would take time from the measured."""

    def __enter__(self):
        self.arrived = threading.Event()
        parent = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                """The question whether the credential is valid."""
                body = b'{"success":true,"errors":[],"messages":[],"result":{"id":"benchmark","status":"active"}}'
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_DELETE(self):
                if not parent.arrived.is_set():
                    parent.at = time.monotonic()
                    parent.arrived.set()
                self.close_connection = True

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    @property
    def plain(self):
        return f"http://127.0.0.1:{self.server.server_address[1]}/client/v4"


class Simulator:
    """The simulated API with the first `tokens` numbered tokens; `settings` are further keys of the world file."""

    def __init__(self, folder, tokens, **settings):
        self.folder = Path(folder) / "simulator"
        self.port = free_port()
        self.world = {
            **settings,
            "accounts": [{"id": ACCOUNT, "tokens": [{"generate": tokens}] if tokens else []}],
            "credentials": [{"label": "benchmark", "token": SECRET}, {"label": "rival", "token": "cfut_rival", "user": "benchmark"}],
        }

    @property
    def plain(self):
        return f"http://127.0.0.1:{self.port}/client/v4"

    def __enter__(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "world.json5").write_text(json.dumps(self.world))
        (self.folder / "ledger.jsonl").unlink(missing_ok=True)
        command = [str(BINARIES / "cloudflare-simulator"), "--world", "world.json5", "--ledger", "ledger.jsonl", "--port", str(self.port)]
        self.process = subprocess.Popen(command, cwd=self.folder, stdout=subprocess.DEVNULL)
        wait_for(self.port)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def ledger(self):
        """Every request so far, as the simulator wrote it down."""
        with open(self.folder / "ledger.jsonl") as file:
            return [json.loads(line) for line in file if line.endswith("\n")]

    def deletes(self):
        """Every DELETE so far."""
        return [entry for entry in self.ledger() if entry["method"] == "DELETE"]
