"""Certificates of a test's own authority: of a node on the loopback, and of who speaks to it."""

from datetime import timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from infra.clock import now

_LOOPBACK: Final = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))])


def made(folder: Path) -> Path:
    """Fill a folder with `ca.pem`, and with key and certificate in one of `node` and `client`."""
    folder.mkdir()
    authority = generate_private_key(SECP256R1())
    for name in ("ca", "node", "client"):
        key = authority if name == "ca" else generate_private_key(SECP256R1())
        builder = (
            x509.CertificateBuilder()
            .subject_name(_named(name))
            .issuer_name(_named("ca"))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now() - timedelta(days=1))
            .not_valid_after(now() + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=name == "ca", path_length=None), critical=True)
            .add_extension(_LOOPBACK, critical=False)
        )
        certificate = builder.sign(authority, SHA256()).public_bytes(Encoding.PEM)
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        own = b"" if name == "ca" else private
        (folder / f"{name}.pem").write_bytes(own + certificate)
    return folder


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"anamnesis {name}")])
