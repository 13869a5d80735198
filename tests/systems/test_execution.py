from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from sandbox.errors import InvalidArguments, NotFound, PermissionDenied, SandboxBug
from sandbox.systems.execution import Bound, did_you_mean
from sandbox.systems.operation import operations_of, read, write
from sandbox.systems.system import Principal, System

if TYPE_CHECKING:
    from tests.systems.conftest import Office

TELLER = Principal("teller", frozenset({"bank:*"}))


def bound(office: Office, method: str) -> Bound:
    [found] = [o for o in operations_of(type(office.bank)) if o.method == method]
    return Bound(found, office.bank)


@pytest.mark.parametrize(
    ("args", "complaint"),
    [
        ({}, "account_id: required; amount: required"),
        ({"account_id": "a1", "amount": 0}, "amount: Input should be greater than 0, not 0"),
        (
            {"account_id": "a1", "ammount": 1},
            r"ammount: no such argument \(did you mean amount\?\)",
        ),
        ({"account_id": 1, "amount": 1}, "account_id: Input should be a valid string, not 1"),
        ({"account_id": "x", "amount": "y" * 900}, r'not "y+\.\.\.'),
        ("a1", "the arguments must be an object"),
        (None, "the arguments must be an object"),
    ],
)
def test_wrong_arguments_are_named_each_with_what_is_wrong(
    office: Office, args: Any, complaint: str
) -> None:
    with pytest.raises(InvalidArguments, match=complaint) as caught:
        bound(office, "deposit").validated(args)
    assert caught.value.tool == "bank_deposit"
    assert len(caught.value.message) < 300
    assert caught.value.body["error"]["code"] == "invalid_arguments"


def test_a_principal_without_the_scope_is_told_which_one_it_lacks(office: Office) -> None:
    reader = Principal("reader", frozenset({"bank:accounts:read"}))
    bound(office, "get_account").check_permission(reader)
    with pytest.raises(PermissionDenied, match="reader lacks the scope bank:deposits:write"):
        bound(office, "deposit").check_permission(reader)


def test_a_write_says_what_it_changed_and_what_identifies_it(office: Office) -> None:
    deposit = bound(office, "deposit")
    args = deposit.validated({"account_id": "a1", "amount": 5})
    outcome = deposit.write(office.store, args, TELLER)
    assert outcome.result == {"id": "a1", "owner": "Ada", "balance": 105}
    assert [change.table for change in outcome.changes] == ["bank_accounts", "bank_deposits"]
    # `id` stands in the result, `amount` only among the arguments.
    assert deposit.identity(outcome.result, args) == ("a1", {"amount": 5})
    assert office.store.value("SELECT made_by FROM bank_deposits") == "teller"


def test_a_read_that_writes_is_a_bug(office: Office) -> None:
    peek = bound(office, "peek")
    with pytest.raises(SandboxBug, match="bank_peek is marked @read and changed the store"):
        peek.read(office.store, peek.validated({"account_id": "a1"}), TELLER)


def test_an_unexpected_exception_names_tool_and_arguments_and_leaves_nothing(
    office: Office,
) -> None:
    crash = bound(office, "crash")
    with pytest.raises(SandboxBug, match=r"bank_crash\(.*'a1'.*ZeroDivisionError: by nought"):
        crash.write(office.store, crash.validated({"account_id": "a1"}), TELLER)
    assert office.balance("a1") == 100


def test_a_vendors_error_keeps_its_body_and_learns_the_tools_name(office: Office) -> None:
    get = bound(office, "get_account")
    with pytest.raises(NotFound) as caught:
        get.read(office.store, get.validated({"account_id": "zz"}), TELLER)
    assert (caught.value.body, caught.value.tool) == ({"fault": "NO_ACCOUNT"}, "bank_get_account")


def test_a_read_from_the_replica_sees_the_beginning_and_leaves_the_system_live(
    office: Office,
) -> None:
    office.store.update("bank_accounts", {"id": "a1"}, {"balance": 7})
    get = bound(office, "get_account")
    args = get.validated({"account_id": "a1"})
    assert get.read(office.store.replica(), args, TELLER).result["balance"] == 100
    assert get.read(office.store, args, TELLER).result["balance"] == 7


class Broken(System):
    """Operations that no fake should have."""

    name: ClassVar[str] = "broken"
    ddl: ClassVar[str] = ""

    @read("broken:read")
    def liar(self) -> int:
        """Return another type than it says."""
        return "seven"  # type: ignore[return-value]

    @write("broken:write", effect="x", target="nowhere")
    def aimless(self) -> int:
        """Name a target that is not there."""
        return 1


class Async(System):
    """An operation that could await inside its step."""

    name: ClassVar[str] = "async"
    ddl: ClassVar[str] = ""

    @read("async:read")
    async def wait(self) -> int:
        """Wait."""
        return 1


def broken(office: Office, index: int) -> Bound:
    system = Broken(office.store, office.clock, office.host.seeds)
    return Bound(operations_of(Broken)[index], system)


def test_a_result_of_another_type_than_declared_is_a_bug(office: Office) -> None:
    liar = broken(office, 0)
    with pytest.raises(SandboxBug, match="broken_liar"):
        liar.read(office.store, liar.validated({}), TELLER)


def test_an_effect_that_cannot_be_identified_is_a_bug(office: Office) -> None:
    aimless = broken(office, 1)
    with pytest.raises(SandboxBug, match="declares 'nowhere'"):
        aimless.identity(1, aimless.validated({}))


def test_an_async_operation_is_refused_when_the_host_is_made(office: Office) -> None:
    [wait] = operations_of(Async)
    with pytest.raises(SandboxBug, match="async_wait is async"):
        Bound(wait, Async(office.store, office.clock, office.host.seeds))


def test_a_near_name_is_suggested_and_a_far_one_is_not() -> None:
    assert did_you_mean("bank_get_acount", ["bank_deposit", "bank_get_account"]) == (
        " (did you mean bank_get_account?)"
    )
    assert did_you_mean("xyz", ["bank_deposit"]) == ""


def test_an_object_in_the_place_of_an_argument_is_named_by_type_not_by_address(
    office: Office,
) -> None:
    with pytest.raises(InvalidArguments, match=r'account_id: .* not "<object>"'):
        bound(office, "get_account").validated({"account_id": object()})
