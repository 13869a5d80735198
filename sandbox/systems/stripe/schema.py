"""Tables of the fake Stripe.

Amounts are integers in the currency's smallest unit (cents) and times are unix seconds, both as
Stripe gives them. `metadata` is a JSON object of strings; for a payment of an order it holds
`order_id` and `order_number`.

Ids are a prefix and 24 letters or digits: cus_ pm_ pi_ ch_ re_ sub_ po_ (si_ and price_ within a
subscription).

A charge's `amount_refunded` and `refunded` are no columns: they follow from `stripe_refunds`, so
that a world which inserts a refund cannot contradict itself. Likewise `amount_received` follows
from the payment intent's status.
"""

DDL = """
CREATE TABLE stripe_customers (
    id TEXT PRIMARY KEY,                        -- cus_...
    created INTEGER NOT NULL,
    email TEXT COLLATE NOCASE,
    name TEXT,
    phone TEXT,
    description TEXT,
    currency TEXT NOT NULL DEFAULT 'usd',
    default_payment_method TEXT,                -- pm_...
    deleted INTEGER NOT NULL DEFAULT 0 CHECK (deleted IN (0, 1)),
    metadata TEXT NOT NULL DEFAULT '{}'
) STRICT, WITHOUT ROWID;
CREATE INDEX stripe_customers_by_email ON stripe_customers (email);

CREATE TABLE stripe_payment_methods (
    id TEXT PRIMARY KEY,                        -- pm_...
    created INTEGER NOT NULL,
    customer TEXT,                              -- cus_...; NULL: detached
    type TEXT NOT NULL DEFAULT 'card' CHECK (type IN ('card', 'us_bank_account')),
    billing_name TEXT,
    brand TEXT,                                 -- cards only: visa, mastercard, amex, ...
    exp_month INTEGER,                          -- cards only
    exp_year INTEGER,                           -- cards only
    bank_name TEXT,                             -- bank accounts only
    last4 TEXT NOT NULL,
    metadata TEXT NOT NULL DEFAULT '{}'
) STRICT, WITHOUT ROWID;
CREATE INDEX stripe_payment_methods_by_customer ON stripe_payment_methods (customer);

CREATE TABLE stripe_payment_intents (
    id TEXT PRIMARY KEY,                        -- pi_...
    created INTEGER NOT NULL,
    customer TEXT,
    amount INTEGER NOT NULL CHECK (amount > 0),
    currency TEXT NOT NULL DEFAULT 'usd',
    status TEXT NOT NULL DEFAULT 'succeeded' CHECK (status IN (
        'requires_payment_method', 'requires_action', 'processing', 'canceled', 'succeeded')),
    payment_method TEXT,
    latest_charge TEXT,                         -- ch_...
    description TEXT,
    receipt_email TEXT,
    metadata TEXT NOT NULL DEFAULT '{}'
) STRICT, WITHOUT ROWID;
CREATE INDEX stripe_payment_intents_by_customer ON stripe_payment_intents (customer);

CREATE TABLE stripe_charges (
    id TEXT PRIMARY KEY,                        -- ch_...
    created INTEGER NOT NULL,
    customer TEXT,
    payment_intent TEXT,
    payment_method TEXT,
    amount INTEGER NOT NULL CHECK (amount > 0),
    currency TEXT NOT NULL DEFAULT 'usd',
    status TEXT NOT NULL DEFAULT 'succeeded' CHECK (status IN ('succeeded', 'pending', 'failed')),
    disputed INTEGER NOT NULL DEFAULT 0 CHECK (disputed IN (0, 1)),
    brand TEXT NOT NULL DEFAULT 'visa',         -- the card as it was when it paid
    last4 TEXT NOT NULL,
    exp_month INTEGER NOT NULL,
    exp_year INTEGER NOT NULL,
    billing_name TEXT,
    receipt_email TEXT,
    description TEXT,
    failure_code TEXT,                          -- status failed only: card_declined, ...
    failure_message TEXT,
    metadata TEXT NOT NULL DEFAULT '{}'
) STRICT, WITHOUT ROWID;
CREATE INDEX stripe_charges_by_customer ON stripe_charges (customer, created, id);

CREATE TABLE stripe_refunds (
    id TEXT PRIMARY KEY,                        -- re_...
    created INTEGER NOT NULL,
    charge TEXT NOT NULL,
    payment_intent TEXT,
    amount INTEGER NOT NULL CHECK (amount > 0),
    currency TEXT NOT NULL DEFAULT 'usd',
    reason TEXT CHECK (reason IN ('duplicate', 'fraudulent', 'requested_by_customer')),
    status TEXT NOT NULL DEFAULT 'succeeded'
        CHECK (status IN ('pending', 'succeeded', 'failed', 'canceled')),
    metadata TEXT NOT NULL DEFAULT '{}'
) STRICT, WITHOUT ROWID;
CREATE INDEX stripe_refunds_by_charge ON stripe_refunds (charge);

CREATE TABLE stripe_subscriptions (             -- each has exactly one item
    id TEXT PRIMARY KEY,                        -- sub_...
    created INTEGER NOT NULL,
    customer TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'active'
        CHECK (status IN ('trialing', 'active', 'past_due', 'canceled', 'unpaid')),
    description TEXT,
    currency TEXT NOT NULL DEFAULT 'usd',
    default_payment_method TEXT,
    current_period_start INTEGER NOT NULL,
    current_period_end INTEGER NOT NULL,
    cancel_at_period_end INTEGER NOT NULL DEFAULT 0 CHECK (cancel_at_period_end IN (0, 1)),
    cancel_at INTEGER,
    canceled_at INTEGER,
    ended_at INTEGER,
    pause_resumes_at INTEGER,                   -- 0: paused until further notice; NULL: not paused
    item_id TEXT NOT NULL,                      -- si_...
    price_id TEXT NOT NULL,                     -- price_...
    price_nickname TEXT,
    product TEXT NOT NULL,                      -- prod_...
    unit_amount INTEGER NOT NULL,
    interval TEXT NOT NULL DEFAULT 'month' CHECK (interval IN ('day', 'week', 'month', 'year')),
    quantity INTEGER NOT NULL DEFAULT 1,
    metadata TEXT NOT NULL DEFAULT '{}'
) STRICT, WITHOUT ROWID;
CREATE INDEX stripe_subscriptions_by_customer ON stripe_subscriptions (customer);

CREATE TABLE stripe_payouts (
    id TEXT PRIMARY KEY,                        -- po_...
    created INTEGER NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    currency TEXT NOT NULL DEFAULT 'usd',
    destination TEXT NOT NULL,                  -- pm_...
    description TEXT,
    status TEXT NOT NULL DEFAULT 'pending'
        CHECK (status IN ('pending', 'in_transit', 'paid', 'canceled', 'failed')),
    arrival_date INTEGER NOT NULL,
    metadata TEXT NOT NULL DEFAULT '{}'
) STRICT, WITHOUT ROWID;

CREATE TABLE stripe_idempotency_keys (          -- filled by calls only, never by a world
    key TEXT PRIMARY KEY,
    created INTEGER NOT NULL,
    endpoint TEXT NOT NULL,                     -- POST /v1/refunds, ...
    params TEXT NOT NULL,                       -- canonical JSON
    response TEXT NOT NULL                      -- the answer that a repetition gets
) STRICT, WITHOUT ROWID;
"""
