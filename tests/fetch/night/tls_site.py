"""Sites over TLS on loopback: HTTP/1.1 or HTTP/2, with certificates of their own, in protocols of any age."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from ipaddress import ip_address
from pathlib import Path

import h2.config
import h2.connection
import h2.events
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

BODY = b"<h1>over TLS</h1>"


def certificate(folder: Path, bits: int = 2048) -> Path:
    """A self-signed certificate for 127.0.0.1 with its key, in one file."""
    key = rsa.generate_private_key(65537, bits)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "site.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


@contextmanager
def serving(pem: Path, *protocols: str, old: bool = False, short: bool = False) -> Iterator[str]:
    """Serve BODY at every path; gives the site's address. `old`: TLS 1.0 and 1.1 alone. `short`: a part of the body."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if old:
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        context.options |= ssl.OP_NO_TLSv1_3 | ssl.OP_NO_TLSv1_2
    context.load_cert_chain(pem)
    context.set_alpn_protocols(list(protocols or ("http/1.1",)))
    listener = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        while True:
            try:
                plain, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=speak, args=(plain,), daemon=True).start()

    def speak(plain: socket.socket) -> None:
        with suppress(OSError, ssl.SSLError), context.wrap_socket(plain, server_side=True) as client:
            (_http2 if client.selected_alpn_protocol() == "h2" else _http1)(client, short)

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield f"https://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def _http1(client: ssl.SSLSocket, short: bool) -> None:
    while asked := client.recv(65536):
        cut = short and b"robots" not in asked
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(BODY)}\r\n\r\n".encode()
        client.sendall(head + (BODY[:5] if cut else BODY))
        if cut:
            return


def _http2(client: ssl.SSLSocket, short: bool) -> None:
    connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
    connection.initiate_connection()
    client.sendall(connection.data_to_send())
    while data := client.recv(65536):
        for event in connection.receive_data(data):
            if isinstance(event, h2.events.RequestReceived):
                assert event.stream_id is not None
                cut = short and b"/robots.txt" not in dict(event.headers or ()).values()
                headers = [(":status", "200"), ("content-type", "text/html"), ("content-length", str(len(BODY)))]
                connection.send_headers(event.stream_id, headers)
                connection.send_data(event.stream_id, BODY[:5] if cut else BODY, end_stream=True)
        client.sendall(connection.data_to_send())
