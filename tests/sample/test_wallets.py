import csv
from pathlib import Path

from dump_reader import dump_rows


def test_own_wallets_of_payments_stand_in_the_exchanges_answer(platform: Path) -> None:
    paying = {row[5] for row in dump_rows(platform / "kx.sql", "payments")}
    with (platform / "exchange.csv").open(encoding="utf-8", newline="") as file:
        asked = [row["wallets"].split(";") for row in csv.DictReader(file)]
    assert sum(bool(paying & set(own[:-1])) for own in asked) > len(asked) // 2


def test_custodial_wallets_pay_for_strangers(platform: Path) -> None:
    payers: dict[str | None, set[str | None]] = {}
    for row in dump_rows(platform / "kx.sql", "payments"):
        payers.setdefault(row[5], set()).add(row[1])
    assert max(len(accounts) for accounts in payers.values()) > 3


def test_payments_follow_registration_and_stand_in_order_of_time(platform: Path, users: list[list[str | None]]) -> None:
    created = {u[0]: str(u[9]) for u in users}
    payments = dump_rows(platform / "kx.sql", "payments")
    assert all(str(p[2]) >= created[p[1]] for p in payments)
    assert [p[2] for p in payments] == sorted(str(p[2]) for p in payments)


def test_bank_accounts_have_right_check_digits_at_banks_that_do_not_exist(platform: Path) -> None:
    with (platform / "exchange.csv").open(encoding="utf-8", newline="") as file:
        numbers = [row["bank_account"] for row in csv.DictReader(file) if row["bank_account"]]
    assert numbers
    for number in numbers:
        assert int("".join(str(int(c, 36)) for c in number[4:] + number[:4])) % 97 == 1
        assert number[4:].startswith(("0000", "TEST0000"))
