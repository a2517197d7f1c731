import base58
import numpy as np
import pytest

from fanal.sample import coins


def _bytes(text: str) -> np.ndarray:
    return np.frombuffer(bytes.fromhex(text), dtype=np.uint8).reshape(1, -1)


def test_keccak_of_nothing_is_the_published_digest() -> None:
    digest = coins.keccak256(np.zeros((1, 0), dtype=np.uint8))
    assert digest.tobytes().hex() == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"


@pytest.mark.parametrize("version", [0, 5])
def test_base58check_is_what_the_base58_package_writes(version: int) -> None:
    payload = np.random.default_rng(1).integers(0, 256, (500, 20), dtype=np.uint8)
    payload[:, 0] |= 16
    expected = [base58.b58encode_check(bytes([version]) + line.tobytes()).decode() for line in payload]
    assert coins.base58check(version, payload).to_pylist() == expected


@pytest.mark.parametrize(
    ("version", "program", "address"),
    [
        (0, "751e76e8199196d454941c45d1b3a323f1433bd6", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"),
        (
            1,
            "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
        ),
    ],
)
def test_witness_programs_become_the_addresses_of_the_standard(version: int, program: str, address: str) -> None:
    assert coins.segwit(version, _bytes(program)).to_pylist() == [address]


@pytest.mark.parametrize(
    "address",
    ["0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359"],
)
def test_capitals_of_ethereum_addresses_are_those_of_eip_55(address: str) -> None:
    payload = _bytes(address[2:].lower())
    assert coins.ethereum(payload, capitals=True).to_pylist() == [address]
    assert coins.ethereum(payload, capitals=False).to_pylist() == [address.lower()]
