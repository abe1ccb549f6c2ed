-- What was answered to the first request with a key. Of caller and key only a digest is stored. A request that recorded something left a
-- receipt here in the transaction of what it recorded: its answer is made anew from that. Of one that recorded nothing the answer itself is
-- kept. The primary key is what makes a second commit with the same key impossible.
create table if not exists idempotency_key (
    key_digest  bytea       not null,
    fingerprint bytea       not null,
    expires_at  timestamptz not null,
    resource    text,
    version     bigint,
    created     boolean,
    status      integer,
    headers     text[],
    body        bytea,
    constraint idempotency_key_pkey primary key (key_digest),
    constraint idempotency_key_is_receipt_or_answer
        check (num_nulls(resource, version, created) in (0, 3) and num_nulls(resource, status) = 1 and num_nulls(status, headers, body) in (0, 3))
);

-- For the sweeper.
create index if not exists idempotency_key_expires_at on idempotency_key (expires_at);
