from __future__ import annotations

import pytest

from sandbox.agents.reference.hardening.stated import Stated


def stated(*texts: str) -> Stated:
    made = Stated()
    made.read(texts)
    return made


def test_addresses_and_order_numbers_are_found_in_what_customers_write() -> None:
    said = stated("Order #10001, mine is Ada.Smith@Example.com.", "and 10002 too")
    assert said.has_email("ada.smith@example.com")
    assert said.has_order("#10001")
    assert said.has_order(10002)
    assert not said.has_email("bob@example.com")
    assert not said.has_email(None)


@pytest.mark.parametrize(
    "text", ["I paid $10001", "it cost 10001.50", "write to ada10001@example.com", "123456789"]
)
def test_other_numbers_are_no_order_numbers(text: str) -> None:
    assert stated(text).orders == set()


def test_messages_are_read_once_and_known_word_for_word() -> None:
    said = stated("My kettle broke.")
    said.read(["My kettle broke.", "Order 10001"])
    assert said.orders == {"10001"}
    assert said.messages == 2
    assert said.said("My kettle broke.")
    assert not said.said("My kettle")


def test_values_are_recognised_whatever_the_punctuation() -> None:
    said = stated("Please send it to 12 Harbour-Street, HU1 1AA")
    assert said.mentions("12 harbour street")
    assert said.mentions("HU11AA")
    assert not said.mentions("HU1 1AB")


def test_a_complaint_about_the_goods_is_noticed() -> None:
    assert stated("It arrived broken!").tells_of_fault
    assert not stated("I changed my mind.").tells_of_fault
    assert stated("The lid was supposed to be in my parcel.").tells_of_missing
    assert not stated("The parcel says delivered, I have nothing.").tells_of_missing
