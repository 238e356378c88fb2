-- Which enterprises and projects ever named this organisation or adviser: where to look when it ends.
-- Whether they still do is their own fact.
create table link (
    target text not null,
    subject text not null,
    primary key (target, subject)
);

-- Accounts as they are now, beside their events. The password is no fact and stands only here; without one an
-- account cannot log in.
create table account (
    id text primary key,
    handle text not null unique,
    role text not null,
    unit text not null,
    enterprise text not null default '',
    closed boolean not null default false,
    argon2 text not null default '',
    must_change boolean not null default true
);
