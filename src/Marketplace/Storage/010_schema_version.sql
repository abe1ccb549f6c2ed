-- Which versions of these scripts have been applied, by digest: an older program of a rolling deployment still finds its own.
create table if not exists schema_version (
    fingerprint text not null,
    applied_at  timestamptz not null default now(),
    constraint schema_version_pkey primary key (fingerprint)
);
