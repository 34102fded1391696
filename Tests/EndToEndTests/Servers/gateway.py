"""The API over TLS: HTTP/2, or HTTP/1.1 where the client wants that, in front of a simulator that speaks plain HTTP/1.1.

    gateway.py --to PORT --certificate FILE [--do N=WHAT ...]

--do says what happens at the N-th request over all connections, which for HTTP/2 is one of:

    reset     the stream is reset, and the API never hears of the request
    refuse    the same, with the code that says so
    lose      the API answers, and the stream is reset
    halve     the API answers, and the stream is reset in the middle of the body
    swap      the body is that of an earlier answer
    leave     GOAWAY: this and earlier requests are answered, later ones are not looked at
    shun      GOAWAY: this and later requests are not looked at
    drop      the connection ends, whatever is under way on it; the API does what it was asked for
"""

import argparse
import http.client
import queue
import select
import socket
import ssl
import sys
import threading

import h2.config
import h2.connection
import h2.errors
import h2.events
import h2.exceptions


class Gateway:
    def __init__(self, options):
        self.to = options.to
        self.plan = {int(number): what for number, what in (entry.split("=") for entry in options.do)}
        self.lock = threading.Lock()
        self.requests = 0
        self.earlier = b""

    def next(self):
        """What is to happen to the request that just came."""
        with self.lock:
            self.requests += 1
            return self.plan.get(self.requests, "answer")

    def ask(self, method, path, headers):
        """Status, headers and body of the API's own answer, but for headers that concern one connection."""
        upstream = http.client.HTTPConnection("127.0.0.1", self.to)
        upstream.request(method, path, headers=headers)
        answer = upstream.getresponse()
        kept = [(name.lower(), value) for name, value in answer.getheaders()]
        kept = [(name, value) for name, value in kept if name not in ("connection", "content-length", "transfer-encoding")]
        result = answer.status, kept, answer.read()
        upstream.close()
        return result

    def swapped(self, body):
        """The body of the answer before this one."""
        with self.lock:
            self.earlier, earlier = body, self.earlier
            return earlier


class Connection:
    """One HTTP/2 connection, served by one thread. Requests are asked for on threads of their own, which hand their answers over."""

    def __init__(self, stream, gateway):
        self.stream, self.gateway = stream, gateway
        self.http = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="utf-8"))
        self.answers = queue.SimpleQueue()
        self.bell, self.rope = socket.socketpair()
        self.last = None  # the last request that is looked at, once GOAWAY was sent
        self.open = 0

    def serve(self):
        self.http.initiate_connection()
        try:
            while self.last is None or self.open > 0:
                self.stream.sendall(self.http.data_to_send())
                self.take_what_comes()
        except (OSError, h2.exceptions.ProtocolError):
            # The client has gone, or is to believe that this end has.
            pass
        self.stream.close()

    def take_what_comes(self):
        ready = [self.stream] if self.stream.pending() else select.select([self.stream, self.bell], [], [])[0]
        if self.bell in ready:
            self.bell.recv(4096)
            while not self.answers.empty():
                self.answer(*self.answers.get())
        if self.stream in ready:
            data = self.stream.recv(65536)
            if not data:
                raise OSError("closed")
            for event in self.http.receive_data(data):
                if isinstance(event, h2.events.RequestReceived) and (self.last is None or event.stream_id <= self.last):
                    self.handle(event.stream_id, dict(event.headers))

    def handle(self, stream, headers):
        what = self.gateway.next()
        if what in ("reset", "refuse"):
            code = h2.errors.ErrorCodes.REFUSED_STREAM if what == "refuse" else h2.errors.ErrorCodes.INTERNAL_ERROR
            return self.http.reset_stream(stream, code)
        if what in ("leave", "shun"):
            self.say_goodbye(stream if what == "leave" else stream - 2)
            if what == "shun":
                return
        self.open += 1
        threading.Thread(target=self.ask, args=(stream, headers, what), daemon=True).start()
        if what == "drop":
            raise OSError("dropped")

    def say_goodbye(self, last):
        """By hand: the library takes nothing more from a connection on which it said this."""
        self.last = last
        frame = last.to_bytes(4, "big") + bytes(4)
        self.stream.sendall(self.http.data_to_send() + len(frame).to_bytes(3, "big") + b"\x07" + bytes(5) + frame)

    def ask(self, stream, headers, what):
        mine = {name: value for name, value in headers.items() if not name.startswith(":")}
        answer = self.gateway.ask(headers[":method"], headers[":path"], mine)
        self.answers.put((stream, what, *answer))
        self.rope.send(b".")

    def answer(self, stream, what, status, headers, body):
        self.open -= 1
        earlier = self.gateway.swapped(body)
        if what == "swap":
            body = earlier
        try:
            if what != "lose":
                self.http.send_headers(stream, [(":status", str(status)), *headers])
                self.http.send_data(stream, body[: len(body) // 2] if what == "halve" else body, end_stream=what != "halve")
            if what in ("lose", "halve"):
                self.http.reset_stream(stream, h2.errors.ErrorCodes.INTERNAL_ERROR)
        except h2.exceptions.StreamClosedError:
            # The client has given this request up.
            pass


def serve_http1(stream, gateway):
    """Requests without a body, one after the other."""
    reader = stream.makefile("rb")
    while line := reader.readline():
        method, path, _ = line.decode().split(" ", 2)
        headers = {}
        while (line := reader.readline()) not in (b"\r\n", b""):
            name, value = line.decode().rstrip("\r\n").split(": ", 1)
            headers[name] = value
        gateway.next()
        status, answered, body = gateway.ask(method, path, headers)
        head = [f"HTTP/1.1 {status} Answer", *(f"{name}: {value}" for name, value in answered), f"content-length: {len(body)}"]
        stream.sendall("\r\n".join(head).encode() + b"\r\n\r\n" + body)


def serve(client, context, gateway):
    try:
        stream = context.wrap_socket(client, server_side=True)
        if stream.selected_alpn_protocol() == "h2":
            Connection(stream, gateway).serve()
        else:
            serve_http1(stream, gateway)
    except OSError:
        # Refused by the client, or gone.
        client.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--to", type=int, required=True)
    parser.add_argument("--certificate", required=True)
    parser.add_argument("--do", action="append", default=[])
    parser.add_argument("--http1", action="store_true")
    options = parser.parse_args()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(options.certificate)
    context.set_alpn_protocols(["http/1.1"] if options.http1 else ["h2", "http/1.1"])
    listener = socket.create_server(("127.0.0.1", 0), backlog=256)
    print(f"listening on {listener.getsockname()[1]}", flush=True)
    gateway = Gateway(options)
    while True:
        client, _ = listener.accept()
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=serve, args=(client, context, gateway), daemon=True).start()


sys.exit(main())
