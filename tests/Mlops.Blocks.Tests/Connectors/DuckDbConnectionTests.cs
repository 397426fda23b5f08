using Microsoft.Extensions.DependencyInjection;
using Mlops.Blocks.Connectors;
using Mlops.Sdk;

namespace Mlops.Blocks.Tests.Connectors;

public sealed class DuckDbConnectionTests : ConnectionTests
{
    private protected override Connection Open(BlockProject project)
    {
        project.Write("io_config.yaml", "version: 0.1.1\nwarehouse:\n  DUCKDB_DATABASE: data/warehouse.duckdb\n");
        return project.Services.GetRequiredService<ConnectionProfiles>().Open(project.ProjectPath, "warehouse", AnyTemplates.Renderer);
    }

    [Fact]
    public async Task A_query_before_the_first_write_says_that_there_is_nothing_yet()
    {
        await using var project = new BlockProject();

        var exception = await Assert.ThrowsAsync<ConnectionException>(() => Open(project).QueryAsync("select 1", CancellationToken.None));

        Assert.Equal("The connection 'warehouse' (DuckDB, warehouse.duckdb) has no database yet. It is made when a table is written.", exception.Message);
    }

    [Fact]
    public async Task A_file_outside_of_the_project_is_refused()
    {
        await using var project = new BlockProject();
        project.Write("io_config.yaml", "out:\n  DUCKDB_DATABASE: ../../warehouse.duckdb\n");

        var exception = Assert.Throws<ConnectionException>(() => project.Services.GetRequiredService<ConnectionProfiles>().Open(project.ProjectPath, "out", AnyTemplates.Renderer));

        Assert.Contains("leads out of the project", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_block_writes_and_reads_through_its_context()
    {
        await using var project = new BlockProject();
        _ = Open(project);

        var block = (await project.RunAsync("data_exporter", "export", """
            public static class Export
            {
                [DataExporter]
                public static Task<long> Run(BlockContext context, CancellationToken token) =>
                    context.Connection("warehouse").ReplaceTableAsync("mine.people", Table.FromRows<Person>([new("Ann"), new("Bob")]), token);

                [Test]
                public static async Task It_is_there(BlockContext context, CancellationToken token)
                {
                    using var stored = await context.Connection("warehouse").QueryAsync("select * from mine.people", token);
                    Check.Equal(2, stored.RowCount, "rows");
                }
            }
            public sealed record Person(string Name);
            """)).Completed();

        Assert.Equal("2", block.Json());
    }
}
