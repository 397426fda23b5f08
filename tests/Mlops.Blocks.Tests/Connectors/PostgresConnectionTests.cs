using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Mlops.Blocks.Connectors;
using Mlops.Blocks.Connectors.Postgres;
using Mlops.Sdk;
using Mlops.Testing;
using Npgsql;

namespace Mlops.Blocks.Tests.Connectors;

public sealed class PostgresConnectionTests : ConnectionTests, IAsyncLifetime
{
    private PostgresDatabase? _database;

    public async ValueTask InitializeAsync() => _database = await PostgresDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _database?.DisposeAsync() ?? ValueTask.CompletedTask;

    private protected override Connection Open(BlockProject project) => PostgresConnection.FromConnectionString("warehouse", _database!.ConnectionString);

    [Fact]
    public async Task A_column_that_PostgreSQL_has_no_type_for_is_named()
    {
        await using var project = new BlockProject();
        using var table = Table.FromRows<Listed>([new([1, 2])]);

        var exception = await Assert.ThrowsAsync<ConnectionException>(() => Open(project).ReplaceTableAsync("lists", table, CancellationToken.None));

        Assert.Contains("the column 'Numbers' is list<int32>", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sum_without_a_declared_scale_keeps_every_digit()
    {
        await using var project = new BlockProject();

        using var table = await Open(project).QueryAsync("select sum(x) as total from (values (1.25), (2.125), (3)) t(x)", CancellationToken.None);

        Assert.Equal([new TotalRow(6.375m)], table.ToList<TotalRow>());
    }

    [Fact]
    public async Task An_instant_is_kept_in_UTC()
    {
        await using var project = new BlockProject();
        var connection = Open(project);
        using var table = Table.FromRows<Instant>([new(new DateTimeOffset(2024, 2, 29, 12, 0, 0, TimeSpan.FromHours(5)))]);

        await connection.ReplaceTableAsync("instants", table, CancellationToken.None);

        using var read = await connection.QueryAsync("select * from instants", CancellationToken.None);
        Assert.Equal([new Instant(new DateTimeOffset(2024, 2, 29, 7, 0, 0, TimeSpan.Zero))], read.ToList<Instant>());
    }

    [Fact]
    public async Task The_settings_of_a_profile_lead_to_the_database_and_its_schema()
    {
        await using var project = new BlockProject();
        var given = new NpgsqlConnectionStringBuilder(_database!.ConnectionString);
        project.Write("io_config.yaml", string.Create(CultureInfo.InvariantCulture, $"""
            pg:
              POSTGRES_HOST: "{given.Host}"
              POSTGRES_PORT: {given.Port}
              POSTGRES_DBNAME: {given.Database}
              POSTGRES_USER: {given.Username}
              POSTGRES_PASSWORD: "{given.Password}"
              POSTGRES_SCHEMA: information_schema
            """));

        using var table = await project.Services.GetRequiredService<ConnectionProfiles>().Open(project.ProjectPath, "pg", AnyTemplates.Renderer)
            .QueryAsync("select count(*) > 0 as found from tables", CancellationToken.None);

        Assert.Equal([new FoundRow(true)], table.ToList<FoundRow>());
    }

    [Fact]
    public async Task An_error_never_shows_the_password()
    {
        await using var project = new BlockProject();
        var connection = PostgresConnection.FromConnectionString("warehouse", "Host=127.0.0.1;Port=1;Username=me;Password=verysecret;Database=d");

        var exception = await Assert.ThrowsAsync<ConnectionException>(() => connection.QueryAsync("select 1", CancellationToken.None));
        var malformed = Assert.Throws<ConnectionException>(() => PostgresConnection.FromConnectionString("warehouse", "Pasword=verysecret"));

        Assert.DoesNotContain("verysecret", exception.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("verysecret", malformed.ToString(), StringComparison.Ordinal);
    }

    private sealed record Listed(List<int> Numbers);

    private sealed record TotalRow(decimal Total);

    private sealed record Instant(DateTimeOffset At);

    private sealed record FoundRow(bool Found);
}
