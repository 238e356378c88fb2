-- Which enterprises and projects ever named this organisation or adviser: where to look when it ends.
-- Whether they still do is their own fact.
create table link (
    target text not null,
    subject text not null,
    primary key (target, subject)
);

-- Passwords are no facts. An account without a row cannot log in.
create table credential (
    account text primary key,
    handle text not null unique,
    argon2 text not null,
    must_change boolean not null,
    changed_at timestamptz not null
);
