"""The Merkle tree against another implementation and against itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from fanal.audit.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)

SIZES = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 33]


def leaves(n):
    return [leaf_hash(f"entry {i}".encode()) for i in range(n)]


def oracle(n):
    tree = InmemoryTree(algorithm="sha256")
    for i in range(n):
        tree.append_entry(f"entry {i}".encode())
    return tree


def test_the_empty_tree_has_the_head_that_the_standard_names():
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert Frontier().root() == EMPTY_ROOT


@pytest.mark.parametrize("n", SIZES)
def test_the_head_equals_another_implementations(n):
    assert root_of(leaves(n)) == oracle(n).get_root()


@pytest.mark.parametrize("n", SIZES)
def test_inclusion_paths_equal_another_implementations(n):
    tree = oracle(n)
    for i in range(n):
        theirs = tree.prove_inclusion(i + 1, n).path[1:]
        assert inclusion_proof(leaves(n), i) == [bytes(step) for step in theirs]


@pytest.mark.parametrize("n", [1, 2, 3, 7, 8, 21])
def test_every_leaf_is_proved_and_no_other_place_is(n):
    hashes, root = leaves(n), root_of(leaves(n))
    for i in range(n):
        proof = inclusion_proof(hashes, i)
        assert verify_inclusion(hashes[i], i, n, proof, root)
        assert not any(verify_inclusion(hashes[i], j, n, proof, root) for j in range(-1, n + 1) if j != i)
        assert not verify_inclusion(leaf_hash(b"other"), i, n, proof, root)
        assert not verify_inclusion(hashes[i], i, n, [*proof, root], root)


@pytest.mark.parametrize("n", [1, 2, 3, 7, 8, 21])
def test_every_growth_is_proved(n):
    hashes = leaves(n)
    for old in range(n + 1):
        proof = consistency_proof(hashes, old)
        assert verify_consistency(old, n, root_of(hashes[:old]), root_of(hashes), proof)


@given(st.integers(1, 40), st.data())
def test_a_history_that_was_changed_has_no_consistency_proof(n, data):
    old = data.draw(st.integers(1, n))
    changed = data.draw(st.integers(0, old - 1))
    hashes = leaves(n)
    forged = [*hashes[:changed], leaf_hash(b"changed"), *hashes[changed + 1 :]]
    proof = consistency_proof(forged, old)
    assert not verify_consistency(old, n, root_of(hashes[:old]), root_of(forged), proof)


@given(st.integers(2, 40), st.data())
def test_a_damaged_consistency_proof_proves_nothing(n, data):
    old = data.draw(st.integers(1, n - 1))
    proof = consistency_proof(leaves(n), old)
    place = data.draw(st.integers(0, len(proof) - 1))
    damaged = [*proof[:place], leaf_hash(b"damage"), *proof[place + 1 :]]
    roots = root_of(leaves(old)), root_of(leaves(n))
    assert not verify_consistency(old, n, *roots, damaged)
    assert not verify_consistency(old, n, *roots, proof[:-1])
    assert not verify_consistency(old, n, *roots, [*proof, roots[0]])


def test_the_frontier_remembers_one_hash_for_each_bit_of_the_size():
    frontier = Frontier()
    for n, leaf in enumerate(leaves(70), start=1):
        frontier = frontier.with_leaf(leaf)
        assert frontier.size == n
        assert len(frontier.peaks) == n.bit_count()


def test_a_place_outside_the_tree_has_no_proof():
    with pytest.raises(IndexError):
        inclusion_proof(leaves(3), 3)
    with pytest.raises(IndexError):
        consistency_proof(leaves(3), 4)
