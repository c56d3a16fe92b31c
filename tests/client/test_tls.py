from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from cxnlp.client import Client, ServiceError
from tests.client.fake_service import FakeService

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tls")
    key, signed, both = (folder / name for name in ("key.pem", "cert.pem", "both.pem"))
    command = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
        f"-subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 -keyout {key} -out {signed}"
    )
    subprocess.run(command.split(), check=True, capture_output=True)
    both.write_bytes(key.read_bytes() + signed.read_bytes())
    return both


def test_a_trusted_certificate_serves(
    service: FakeService, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.with_name("cert.pem")))
    with Client(service.url, retries=0) as client:
        assert [client.score(["good"])[0].satisfaction for _ in range(3)] == [4, 4, 4]
    assert len({seen.connection for seen in service.seen}) == 1


def test_an_untrusted_certificate_is_not_tried_again(service: FakeService) -> None:
    with Client(service.url) as client, pytest.raises(ServiceError) as caught:
        client.score(["good"])
    assert (caught.value.status, caught.value.code) == (None, "tls_untrusted")
    assert service.seen == []
