using System.Text.Json;
using Mlops.Server.Tests.Fixtures;
using Mlops.Testing;

namespace Mlops.Server.Tests.Outputs;

/// <summary>Two processes with separate data folders, one database and one bucket.</summary>
public sealed class TwoMachinesTests
{
    private const string First =
        """
        using System.IO;

        public sealed record Row(long Id, string Name);

        public static class First
        {
            [DataLoader]
            public static IReadOnlyList<Row> Run(BlockContext context)
            {
                File.AppendAllText(context.ResolvePath("first.txt"), "x");
                return [new Row(1, "one"), new Row(2, "two")];
            }
        }
        """;

    private const string Second =
        """
        using System.IO;

        public sealed record Row(long Id, string Name);

        public static class Second
        {
            [Transformer]
            public static async Task<long> Run(IReadOnlyList<Row> rows, BlockContext context, CancellationToken stop)
            {
                File.AppendAllText(context.ResolvePath("second.txt"), "x");
                while (!File.Exists(context.ResolvePath("go")))
                {
                    await Task.Delay(20, stop);
                }

                return rows.Sum(row => row.Id);
            }
        }
        """;

    [Fact]
    public async Task A_run_whose_machine_was_lost_is_finished_on_another_with_the_outputs_of_the_first()
    {
        using var bucket = await S3Bucket.CreateAsync();
        await using var database = await PostgresDatabase.CreateAsync(TestContext.Current.CancellationToken);
        using var projects = WriteProjects();
        using var folder = new TempFolder();
        var environment = new Dictionary<string, string>(bucket.Environment) { ["MLOPS_DATABASE"] = database.ConnectionString };
        var (lost, lostClient) = await ProgramUnderTest.ServeAsync(projects, Path.Combine(folder.Path, "lost"), environment);
        using (lost)
        using (lostClient)
        {
            await lostClient.PostAsync(new Uri("/api/projects/demo/pipelines/two/runs", UriKind.Relative), null);
            while (!File.Exists(Path.Combine(projects.ProjectsPath, "demo", "second.txt")))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            }

            lost.Signal("KILL");
            await lost.WaitForExitAsync();
        }

        Directory.Delete(Path.Combine(folder.Path, "lost"), recursive: true);
        projects.File("demo", "go", "");
        var (after, client) = await ProgramUnderTest.ServeAsync(projects, Path.Combine(folder.Path, "other"), environment);
        using (after)
        using (client)
        {
            var run = JsonSerializer.Deserialize<JsonElement>(await WaitForEndAsync(client));

            Assert.Equal("completed", run.GetProperty("status").GetString());
            Assert.Equal("x", await File.ReadAllTextAsync(Path.Combine(projects.ProjectsPath, "demo", "first.txt"), TestContext.Current.CancellationToken));
            Assert.Equal("Id,Name\n1,one\n2,two\n", await client.GetStringAsync(new Uri("/api/pipeline_runs/1/blocks/first/outputs/output_0?format=csv", UriKind.Relative)));
            Assert.Equal("3", await client.GetStringAsync(new Uri("/api/pipeline_runs/1/blocks/second/outputs/output_0", UriKind.Relative)));
        }

        Assert.Equal(["demo/two/1/first/1/output_0.parquet"], await bucket.ListAsync()); // A 3 has no file.
    }

    [Fact]
    public async Task Outputs_that_are_gone_from_the_store_are_told_by_the_page_and_by_rest()
    {
        using var bucket = await S3Bucket.CreateAsync();
        using var projects = WriteProjects().File("demo", "go", "");
        var (program, client) = await ProgramUnderTest.ServeAsync(projects, projects.DataPath, bucket.Environment);
        using (program)
        using (client)
        {
            await client.PostAsync(new Uri("/api/projects/demo/pipelines/two/runs?wait=60", UriKind.Relative), null);
            Directory.Delete(Path.Combine(projects.DataPath, "cache", "outputs"), recursive: true);
            foreach (var key in await bucket.ListAsync())
            {
                await bucket.Client.DeleteObjectAsync(bucket.Location.Bucket, bucket.Location.Prefix + key, TestContext.Current.CancellationToken);
            }

            var output = await client.GetAsync(new Uri("/api/pipeline_runs/1/blocks/first/outputs/output_0?format=csv", UriKind.Relative));
            var page = await client.GetStringAsync(new Uri("/projects/demo/pipelines/two/runs/1?block=first", UriKind.Relative));

            Assert.Equal(404, (int)output.StatusCode);
            Assert.Contains("is gone from the outputs folder", await output.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            Assert.Contains("is gone from the outputs folder", page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_block_whose_outputs_cannot_be_uploaded_fails_with_bucket_key_and_cause()
    {
        using var bucket = await S3Bucket.CreateAsync();
        using var projects = WriteProjects().File("demo", "go", "");
        var (program, client) = await ProgramUnderTest.ServeAsync(projects, projects.DataPath, bucket.Environment);
        using (program)
        using (client)
        {
            await bucket.Client.DeleteBucketAsync(bucket.Location.Bucket, TestContext.Current.CancellationToken);

            await client.PostAsync(new Uri("/api/projects/demo/pipelines/two/runs?wait=60", UriKind.Relative), null);

            var run = JsonSerializer.Deserialize<JsonElement>(await WaitForEndAsync(client));
            var blocks = run.GetProperty("block_runs");
            Assert.Equal(["failed", "upstream_failed"], blocks.EnumerateArray().Select(block => block.GetProperty("status").GetString()));
            Assert.Equal("output_store", blocks[0].GetProperty("error").GetProperty("type").GetString());
            Assert.Equal(
                $"Cannot upload the output {bucket.Location}/demo/two/1/first/1/output_0.parquet: the bucket '{bucket.Location.Bucket}' does not exist. "
                + "Make it, or name another by MLOPS_OUTPUTS.",
                blocks[0].GetProperty("error").GetProperty("message").GetString());
        }
    }

    [Theory]
    [InlineData("MLOPS_OUTPUTS", "s3://nothing-here", "the bucket 'nothing-here' does not exist")]
    [InlineData("AWS_SECRET_ACCESS_KEY", "wrong", "Mend AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY")]
    public async Task A_server_whose_store_cannot_be_used_does_not_start_and_says_why(string variable, string value, string reason)
    {
        using var bucket = await S3Bucket.CreateAsync();
        using var projects = WriteProjects();
        var environment = new Dictionary<string, string>(bucket.Environment) { [variable] = value };
        using var program = ProgramUnderTest.Start(projects, projects.DataPath, environment, "--urls", "http://127.0.0.1:0");

        var (code, _, error) = await program.WaitForExitAsync();

        Assert.Equal(2, code);
        Assert.StartsWith("Mlops cannot use its output store:", error, StringComparison.Ordinal);
        Assert.Contains(reason, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    private static TestProjects WriteProjects() => new TestProjects("demo")
        .File("demo", "data_loaders/first.cs", First)
        .File("demo", "transformers/second.cs", Second)
        .Pipeline("demo", "two", ("data_loader", "first", []), ("transformer", "second", ["first"]));

    private static async Task<string> WaitForEndAsync(HttpClient client)
    {
        while (true)
        {
            var text = await client.GetStringAsync(new Uri("/api/pipeline_runs/1", UriKind.Relative));
            if (JsonSerializer.Deserialize<JsonElement>(text).GetProperty("status").GetString() is not ("initial" or "running"))
            {
                return text;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }
}
