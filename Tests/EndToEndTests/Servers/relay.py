"""Passes bytes between a port of its own and another one, and does to the first connections what networks do.

    relay.py --to PORT [--listen ADDRESS] [--proxy [--refuse STATUS]] [--freeze BYTES | --cut BYTES | --trickle MS | --once] [--times K]

--proxy expects CONNECT first, as from a client of an HTTP proxy, and goes to PORT whatever name it is asked for. --freeze lets so many
bytes of answers through and then nothing more, either way, although both ends stay open; --cut ends the connection there; --trickle
lets one byte of an answer through each time. --times says how many connections suffer so; all, where it is missing. Every head of a
CONNECT is written to standard output.
"""

import argparse
import socket
import sys
import threading
import time


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--to", type=int, required=True)
    parser.add_argument("--listen", default="127.0.0.1")
    parser.add_argument("--proxy", action="store_true")
    parser.add_argument("--refuse", type=int)
    parser.add_argument("--freeze", type=int)
    parser.add_argument("--cut", type=int)
    parser.add_argument("--trickle", type=int)
    parser.add_argument("--times", type=int)
    return parser.parse_args()


class Connection:
    def __init__(self, client, number, options):
        self.client, self.options = client, options
        suffers = options.times is None or number <= options.times
        self.freeze = options.freeze if suffers else None
        self.cut = options.cut if suffers else None
        self.trickle = options.trickle if suffers else None
        self.is_frozen = threading.Event()

    def serve(self):
        if self.options.proxy and not self.shake_hands():
            return self.client.close()
        server = socket.create_connection(("127.0.0.1", self.options.to))
        threading.Thread(target=self.copy, args=(self.client, server, self.pass_request), daemon=True).start()
        self.copy(server, self.client, self.pass_answer)

    def shake_hands(self):
        head = b""
        while b"\r\n\r\n" not in head:
            piece = self.client.recv(1)
            if not piece:
                return False
            head += piece
        print(head.decode(errors="replace").replace("\r\n", "|"), flush=True)
        if self.options.refuse:
            self.client.sendall(f"HTTP/1.1 {self.options.refuse} No\r\nContent-Length: 0\r\n\r\n".encode())
            return False
        self.client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        return True

    def copy(self, source, target, pass_on):
        try:
            while data := source.recv(65536):
                pass_on(target, data)
        except OSError:
            pass
        if not self.is_frozen.is_set():
            for end in (source, target):
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def pass_request(self, server, data):
        if not self.is_frozen.is_set():
            server.sendall(data)

    def pass_answer(self, client, data):
        if self.cut is not None:
            client.sendall(data[: self.cut])
            self.cut -= len(data)
            if self.cut <= 0:
                raise OSError("cut")
        elif self.freeze is not None:
            client.sendall(data[: max(0, self.freeze)])
            self.freeze -= len(data)
            if self.freeze <= 0:
                self.is_frozen.set()
        elif self.trickle is not None:
            for byte in data:
                client.sendall(bytes([byte]))
                time.sleep(self.trickle / 1000)
        else:
            client.sendall(data)


def main():
    options = arguments()
    family = socket.AF_INET6 if ":" in options.listen else socket.AF_INET
    listener = socket.create_server((options.listen, 0), family=family, backlog=256)
    print(f"listening on {listener.getsockname()[1]}", flush=True)
    number = 0
    while True:
        client, _ = listener.accept()
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        number += 1
        threading.Thread(target=Connection(client, number, options).serve, daemon=True).start()


sys.exit(main())
