using Mlops.Core.Database;

namespace Mlops.Core.Secrets;

/// <summary>Encrypted secrets in the metadata database.</summary>
internal sealed class SecretStore(MetadataDatabase database)
{
    /// <summary>Secrets of one project, or of all projects; bounds what a run is handed.</summary>
    public const int MaxPerScope = 500;

    /// <summary>Those of a scope and those of all projects.</summary>
    public Task<IReadOnlyList<SecretRow>> ReadAsync(string scope, CancellationToken cancellationToken) =>
        database.QueryAsync<SecretRow>($"select {SecretRow.Columns} from secret where scope = @scope or scope = ''", new { scope }, cancellationToken);

    /// <summary>Sets a secret.</summary>
    /// <returns>False where there are too many of its scope.</returns>
    public Task<bool> SetAsync(SecretRow row, CancellationToken cancellationToken) => database.RequestAsync(
        session =>
        {
            var others = session.QueryFirst<long>("select count(*) from secret where scope = @Scope and name <> @Name", new { row.Scope, row.Name });
            return others < MaxPerScope && session.Execute(
                """
                insert into secret (scope, name, ciphertext, updated_at, updated_by) values (@Scope, @Name, @Ciphertext, @UpdatedAt, @UpdatedBy)
                on conflict (scope, name) do update set
                    ciphertext = excluded.ciphertext, updated_at = excluded.updated_at, updated_by = excluded.updated_by
                """,
                new { row.Scope, row.Name, row.Ciphertext, row.UpdatedAt, row.UpdatedBy }) > 0;
        },
        cancellationToken);

    /// <summary>Removes a secret.</summary>
    /// <returns>False where there was none.</returns>
    public Task<bool> RemoveAsync(string scope, string name, CancellationToken cancellationToken) => database.RequestAsync(
        session => session.Execute("delete from secret where scope = @scope and name = @name", new { scope, name }) > 0, cancellationToken);
}
