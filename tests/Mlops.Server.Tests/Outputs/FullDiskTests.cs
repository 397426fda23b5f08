using System.Text.Json;
using Mlops.Server.Tests.Fixtures;
using Mlops.Testing;

namespace Mlops.Server.Tests.Outputs;

/// <summary>A server whose outputs lie on a real file system of 4 MiB.</summary>
public sealed class FullDiskTests
{
    private const string Fill =
        """
        public sealed record Row(long Id, double Value);

        public static class Fill
        {
            [DataLoader]
            public static object Run(string kind, int megabytes)
            {
                var random = new Random(1);
                var bytes = new byte[megabytes * 1_048_576];
                random.NextBytes(bytes);
                return kind switch
                {
                    "file" => bytes,
                    "json" => Convert.ToHexString(bytes),
                    _ => Enumerable.Range(0, megabytes * 131_072).Select(i => new Row(i, random.NextDouble())).ToList(),
                };
            }
        }
        """;

    [Fact]
    public async Task A_full_disk_is_an_error_of_the_block_in_words_and_the_server_goes_on()
    {
        using var disk = new SmallFileSystem(megabytes: 4);
        var projects = new TestProjects("demo").File("demo", "data_loaders/fill.cs", Fill).Pipeline("demo", "fill", ("data_loader", "fill", []));
        await using var server = new ServerUnderTest(projects, new() { ["Mlops:Outputs"] = disk.Path });

        foreach (var kind in new[] { "file", "json", "table" })
        {
            var run = await server.RunAsync("demo", "fill", JsonSerializer.Serialize(new { variables = new { kind, megabytes = 8 } }));

            Assert.Equal("failed", run.GetProperty("status").GetString());
            var error = run.GetProperty("block_runs")[0].GetProperty("error");
            Assert.Equal("disk_full", error.GetProperty("type").GetString());
            Assert.Matches(
                $"^No space left on device when writing the outputs of block 'fill' to {disk.Path}/demo/fill/[0-9]+/fill/1 \\([0-9.]+ [MK]iB of 4.0 MiB are free now\\)"
                + ". Free space there, or shorten variables_retention_period, then retry.$",
                error.GetProperty("message").GetString());
        }

        // What was begun is gone, so there is room for what fits.
        var small = await server.RunAsync("demo", "fill", """{"variables": {"kind": "file", "megabytes": 3}}""");
        Assert.Equal("completed", small.GetProperty("status").GetString());
    }
}
