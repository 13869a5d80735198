"""Tables of the fake shop.

Prices and amounts are decimal strings with two places ("49.99"), as Shopify gives them. Times are
ISO 8601 in UTC with a Z. Ids are integers. `tags` is one text, joined by ", ".

What follows from other rows is no column, so that a world cannot contradict itself: a customer's
`orders_count` and `store_credit_balance`, an order's `name` ("#10234" for `order_number` 10234).

An order has left the warehouse, wholly or in part, when its `fulfillment_status` is not NULL: a
world that inserts a shipment sets it, and `fulfilled_quantity` of the line items, too.
`payment_gateway_reference` is the Stripe charge (ch_...) that paid.
"""

DDL = """
CREATE TABLE commerce_customers (
    id INTEGER PRIMARY KEY,
    created_at TEXT NOT NULL,
    email TEXT COLLATE NOCASE,
    first_name TEXT COLLATE NOCASE,
    last_name TEXT COLLATE NOCASE,
    phone TEXT,                                 -- any punctuation: search compares digits
    state TEXT NOT NULL DEFAULT 'enabled' CHECK (state IN ('enabled', 'disabled', 'invited')),
    note TEXT,
    tags TEXT NOT NULL DEFAULT '',              -- 'vip, newsletter'
    address1 TEXT,                              -- the default address
    address2 TEXT,
    city TEXT,
    province TEXT,
    zip TEXT,
    country TEXT,
    merged_into_id INTEGER,                     -- set: gone, merged into that customer
    redacted_at TEXT                            -- set: personal data was erased then
) STRICT;
CREATE INDEX commerce_customers_by_email ON commerce_customers (email);
CREATE INDEX commerce_customers_by_last_name ON commerce_customers (last_name);
CREATE INDEX commerce_customers_by_first_name ON commerce_customers (first_name);

CREATE TABLE commerce_products (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    product_type TEXT NOT NULL DEFAULT '',
    vendor TEXT NOT NULL DEFAULT '',
    description TEXT NOT NULL DEFAULT '',
    warranty_months INTEGER NOT NULL DEFAULT 0,
    status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'archived', 'draft'))
) STRICT;

CREATE TABLE commerce_variants (
    id INTEGER PRIMARY KEY,
    product_id INTEGER NOT NULL,
    sku TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL DEFAULT 'Default Title', -- 'Large / Blue'
    price TEXT NOT NULL,                        -- '49.99'
    compare_at_price TEXT,                      -- the price before a reduction
    inventory_quantity INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX commerce_variants_by_product ON commerce_variants (product_id);

CREATE TABLE commerce_orders (
    id INTEGER PRIMARY KEY,
    order_number INTEGER NOT NULL UNIQUE,       -- 10234 is named '#10234'
    customer_id INTEGER NOT NULL,
    email TEXT COLLATE NOCASE,
    created_at TEXT NOT NULL,
    processed_at TEXT NOT NULL,
    cancelled_at TEXT,
    cancel_reason TEXT
        CHECK (cancel_reason IN ('customer', 'fraud', 'inventory', 'declined', 'other')),
    financial_status TEXT NOT NULL DEFAULT 'paid' CHECK (financial_status IN (
        'pending', 'paid', 'partially_refunded', 'refunded')),
    fulfillment_status TEXT CHECK (fulfillment_status IN ('partial', 'fulfilled')),
    currency TEXT NOT NULL DEFAULT 'USD',
    total_price TEXT NOT NULL,                  -- '99.98'
    source_name TEXT NOT NULL DEFAULT 'web',    -- 'exchange': a replacement
    gateway TEXT,                               -- 'stripe'
    payment_gateway_reference TEXT,             -- ch_...
    note TEXT,
    tags TEXT NOT NULL DEFAULT '',
    shipping_name TEXT,
    shipping_address1 TEXT,
    shipping_address2 TEXT,
    shipping_city TEXT,
    shipping_province TEXT,
    shipping_zip TEXT,
    shipping_country TEXT
) STRICT;
CREATE INDEX commerce_orders_by_customer ON commerce_orders (customer_id, created_at, id);
CREATE INDEX commerce_orders_by_email ON commerce_orders (email);
CREATE INDEX commerce_orders_by_time ON commerce_orders (created_at, id);

CREATE TABLE commerce_line_items (
    id INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL,
    sku TEXT NOT NULL,
    title TEXT NOT NULL,
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    fulfilled_quantity INTEGER NOT NULL DEFAULT 0
        CHECK (fulfilled_quantity BETWEEN 0 AND quantity),
    price TEXT NOT NULL                         -- of one unit
) STRICT;
CREATE INDEX commerce_line_items_by_order ON commerce_line_items (order_id);

CREATE TABLE commerce_order_notes (
    id INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL,
    author TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX commerce_order_notes_by_order ON commerce_order_notes (order_id);

CREATE TABLE commerce_shipments (
    id INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    tracking_company TEXT NOT NULL,
    tracking_number TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL CHECK (status IN (
        'label_created', 'in_transit', 'out_for_delivery', 'delivered', 'lost', 'returned')),
    shipped_at TEXT,                            -- NULL while label_created
    estimated_delivery_at TEXT,
    delivered_at TEXT
) STRICT;
CREATE INDEX commerce_shipments_by_order ON commerce_shipments (order_id);

CREATE TABLE commerce_shipment_events (
    id INTEGER PRIMARY KEY,
    shipment_id INTEGER NOT NULL,
    happened_at TEXT NOT NULL,
    status TEXT NOT NULL,
    message TEXT NOT NULL
) STRICT;
CREATE INDEX commerce_shipment_events_by_shipment ON commerce_shipment_events (shipment_id);

CREATE TABLE commerce_returns (
    id INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL,
    line_item_id INTEGER NOT NULL,
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    status TEXT NOT NULL CHECK (status IN ('requested', 'approved', 'received', 'closed')),
    reason TEXT NOT NULL,                       -- see model_returns.ReturnReason
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX commerce_returns_by_order ON commerce_returns (order_id);

CREATE TABLE commerce_replacements (
    id INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL,                  -- the order with the item that is replaced
    line_item_id INTEGER NOT NULL,
    sku TEXT NOT NULL,                          -- what is sent instead
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    reason TEXT NOT NULL,
    replacement_order_id INTEGER NOT NULL,      -- the order that sends it, of total '0.00'
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX commerce_replacements_by_order ON commerce_replacements (order_id);

CREATE TABLE commerce_store_credits (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL,
    order_id INTEGER NOT NULL,
    amount TEXT NOT NULL,                       -- '12.50'
    currency TEXT NOT NULL DEFAULT 'USD',
    reason TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX commerce_store_credits_by_customer ON commerce_store_credits (customer_id);
"""
