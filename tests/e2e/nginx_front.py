"""The nginx configuration that is shipped, in the real nginx: unprivileged, on loopback, with its own certificate."""

import re
import shutil
import signal
import socket
import subprocess
import time
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.ports import free_port

DEPLOY = Path(__file__).parents[2] / "deploy" / "nginx"
NAME = "localhost"
MAIN = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 256; }}
http {{
    default_type application/octet-stream;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/jampel.conf;
}}
"""


def certificate(folder: Path) -> Path:
    """A certificate for this machine and its key, in files of `folder`; returns the certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.DNSName(NAME), x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "fullchain.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "privkey.pem").write_bytes(private)
    return path


def folder_of_errors(folder: Path) -> Path:
    """A copy of the error pages in `folder`: nginx's processes may read that, whoever's home the project stands in."""
    copy = folder / "halaman-galat"
    if not copy.exists():
        shutil.copytree(DEPLOY / "halaman-galat", copy)
    return copy


class Front:
    """A running nginx with the shipped configuration in front of `port`; only places, ports and names are replaced,
    and where `changes` says so, a text by another."""

    def __init__(self, program: str, folder: Path, port: int, **changes: str) -> None:
        self.plain, self.secure, self.folder = free_port(), free_port(), folder
        self.certificate = certificate(folder)
        (folder / "jampel.conf").write_text(self._placed(port, changes))
        (folder / "nginx.conf").write_text(MAIN.format(folder=folder))
        command = [program, "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]
        subprocess.run([*command, "-t", "-q"], check=True, capture_output=True, text=True)
        self._process = subprocess.Popen(command)
        self._wait()

    @property
    def address(self) -> str:
        """Where people reach it."""
        return f"https://{NAME}:{self.secure}"

    def log(self) -> str:
        """What it wrote about requests."""
        return (self.folder / "access.log").read_text()

    def stop(self) -> None:
        """Ends it."""
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(20)

    def _placed(self, port: int, changes: dict[str, str]) -> str:
        text = (DEPLOY / "jampel.conf").read_text()
        text = re.sub(r"^ *listen \[::\].*\n", "", text, flags=re.M)  # a test machine may have no IPv6
        places = {
            "server 127.0.0.1:8000": f"server 127.0.0.1:{port}",
            "listen 80;": f"listen 127.0.0.1:{self.plain};",
            "listen 443 ssl": f"listen 127.0.0.1:{self.secure} ssl",
            "https://$server_name$request_uri": f"https://$server_name:{self.secure}$request_uri",
            "jampel.contoh.go.id": NAME,
            "/etc/ssl/jampel": str(self.folder),
            "/usr/share/jampel/halaman-galat": str(folder_of_errors(self.folder)),
            "/var/cache/nginx/jampel": str(self.folder / "cache"),
            "/var/log/nginx/jampel.log": str(self.folder / "access.log"),
        }
        for old, new in (places | changes).items():
            assert old in text, old
            text = text.replace(old, new)
        return text

    def _wait(self) -> None:
        deadline = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.secure), timeout=1).close()
                return
            except OSError:
                assert time.monotonic() < deadline, (self.folder / "error.log").read_text()
                time.sleep(0.02)
