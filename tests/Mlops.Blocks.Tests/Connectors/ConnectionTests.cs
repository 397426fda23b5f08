using Mlops.Sdk;

namespace Mlops.Blocks.Tests.Connectors;

/// <summary>What every database must do; one subclass each.</summary>
public abstract class ConnectionTests
{
    private const string Everything = """
        select * from (values
            (true, 1::smallint, 2::integer, 3000000000::bigint, 1.5::real, 71.2833::double precision, 12.34::decimal(18,2), 'é ''quoted''', date '2024-02-29',
             timestamp '2024-02-29 12:34:56.789012', time '23:59:58.5', '0f8fad5b-d9cb-469f-a165-70867728950e'::uuid),
            (null, null, null, null, null, null, null, null, null, null, null, null)
        ) as everything(flag, small, medium, big, single, double, price, text, day, moment, clock, id)
        """;

    private protected abstract Connection Open(BlockProject project);

    [Fact]
    public async Task A_table_comes_back_as_it_was_written()
    {
        await using var project = new BlockProject();
        var connection = Open(project);
        using var written = await connection.QueryAsync(await PrepareAsync(connection), CancellationToken.None);

        var count = await connection.ReplaceTableAsync("everything", written, CancellationToken.None);
        using var read = await connection.QueryAsync("select * from everything order by big", CancellationToken.None);

        Assert.Equal(2, count);
        var row = read.ToList<Row>()[0];
        Assert.Equal(
            new Row(
                true, 1, 2, 3_000_000_000, 1.5f, 71.2833, 12.34m, "é 'quoted'", new DateOnly(2024, 2, 29), new DateTime(2024, 2, 29, 12, 34, 56).AddMicroseconds(789012),
                new TimeOnly(23, 59, 58, 500), Guid.Parse("0f8fad5b-d9cb-469f-a165-70867728950e")),
            row);
        Assert.Equal(new Row(null, null, null, null, null, null, null, null, null, null, null, null), read.ToList<Row>()[1]);
        Assert.Equal(written.Schema.FieldsList.Select(field => field.DataType.Name), read.Schema.FieldsList.Select(field => field.DataType.Name));
    }

    [Fact]
    public async Task Writing_again_replaces_all_rows_and_the_columns()
    {
        await using var project = new BlockProject();
        var connection = Open(project);
        using var first = Table.FromRows<Person>([new(1, "Ann"), new(2, null)]);
        using var second = Table.FromRows<Pair>([new(7, 8.5)]);

        await connection.ReplaceTableAsync("Odd \"name\"", first, CancellationToken.None);
        await connection.ReplaceTableAsync("Odd \"name\"", second, CancellationToken.None);

        using var read = await connection.QueryAsync("select * from \"Odd \"\"name\"\"\"", CancellationToken.None);
        Assert.Equal([new Pair(7, 8.5)], read.ToList<Pair>());
    }

    [Fact]
    public async Task A_table_without_rows_keeps_its_columns()
    {
        await using var project = new BlockProject();
        var connection = Open(project);
        using var empty = Table.FromRows<Person>([]);

        Assert.Equal(0, await connection.ReplaceTableAsync("people", empty, CancellationToken.None));

        using var read = await connection.QueryAsync("select * from people", CancellationToken.None);
        Assert.Equal((0, "Id,Name"), (read.RowCount, string.Join(',', read.Schema.FieldsList.Select(field => field.Name))));
    }

    [Fact]
    public async Task Writers_of_one_table_wait_for_each_other_and_readers_see_whole_tables()
    {
        await using var project = new BlockProject();
        var connection = Open(project);
        var tables = Enumerable.Range(1, 4).Select(n => Table.FromRows(Enumerable.Repeat(new Person(n, $"writer {n}"), 1000 * n))).ToList();
        await connection.ReplaceTableAsync("shared", tables[0], CancellationToken.None);

        var writers = tables.Select(table => connection.ReplaceTableAsync("shared", table, CancellationToken.None)).ToList();
        var seen = new List<(long, long, long)>();
        while (!writers.TrueForAll(writer => writer.IsCompleted))
        {
            using var read = await connection.QueryAsync("""select count(*) as "Count", min("Id") as "Least", max("Id") as "Greatest" from shared""", CancellationToken.None);
            var counts = read.ToList<Counts>()[0];
            seen.Add((counts.Count, counts.Least, counts.Greatest));
        }

        var written = await Task.WhenAll(writers);
        Assert.Equal([1000, 2000, 3000, 4000], written);
        Assert.All(seen, counts => Assert.Equal((counts.Item2 * 1000, counts.Item2, counts.Item2), counts));
        tables.ForEach(table => table.Dispose());
    }

    [Fact]
    public async Task A_wrong_query_is_a_connection_error_that_names_profile_and_reason()
    {
        await using var project = new BlockProject();
        var connection = Open(project);
        using var table = Table.FromRows<Pair>([new(1, 1)]);
        await connection.ReplaceTableAsync("pairs", table, CancellationToken.None);

        var exception = await Assert.ThrowsAsync<ConnectionException>(() => connection.QueryAsync("select nothing from pairs", CancellationToken.None));

        Assert.Contains($"'{connection.Profile}'", exception.Message, StringComparison.Ordinal);
        Assert.Contains("nothing", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_with_three_parts_is_refused()
    {
        await using var project = new BlockProject();
        using var table = Table.FromRows<Pair>([new(1, 1)]);

        var exception = await Assert.ThrowsAsync<ConnectionException>(() => Open(project).ReplaceTableAsync("a.b.c", table, CancellationToken.None));

        Assert.Equal("'a.b.c' is no name of a table. Give 'table' or 'schema.table'.", exception.Message);
    }

    [Fact]
    public async Task A_cancelled_write_leaves_the_old_table()
    {
        await using var project = new BlockProject();
        var connection = Open(project);
        using var old = Table.FromRows<Pair>([new(1, 1)]);
        await connection.ReplaceTableAsync("pairs", old, CancellationToken.None);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connection.ReplaceTableAsync("pairs", old, new CancellationToken(canceled: true)));

        using var read = await connection.QueryAsync("select * from pairs", CancellationToken.None);
        Assert.Equal([new Pair(1, 1)], read.ToList<Pair>());
    }

    /// <summary>DuckDB has no database before the first write.</summary>
    private static async Task<string> PrepareAsync(Connection connection)
    {
        using var table = Table.FromRows<Pair>([new(1, 1)]);
        await connection.ReplaceTableAsync("first", table, CancellationToken.None);
        return Everything;
    }

    private sealed record Row(
        bool? Flag, short? Small, int? Medium, long? Big, float? Single, double? Double, decimal? Price, string? Text, DateOnly? Day, DateTime? Moment, TimeOnly? Clock, Guid? Id);

    private sealed record Person(int Id, string? Name);

    private sealed record Pair(long A, double B);

    private sealed record Counts(long Count, long Least, long Greatest);
}
