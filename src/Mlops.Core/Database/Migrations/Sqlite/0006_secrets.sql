-- Secrets, encrypted before they come here. The scope is a project's uuid, or empty for all projects.

create table secret (
    scope text not null,
    name text not null,
    ciphertext text not null,
    updated_at bigint not null,
    updated_by text null,
    primary key (scope, name)
);

-- The keys of ASP.NET Core Data Protection, where several servers share the database.

create table data_protection_key (
    name text not null primary key,
    xml text not null,
    created_at bigint not null
);
