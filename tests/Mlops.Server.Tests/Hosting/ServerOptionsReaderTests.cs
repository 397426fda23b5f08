using Microsoft.Extensions.Configuration;
using Mlops.Server.Hosting;
using Mlops.Server.Outputs;
using Mlops.Testing;

namespace Mlops.Server.Tests.Hosting;

public sealed class ServerOptionsReaderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public ServerOptionsReaderTests() => _folder.Write("projects/settings.yaml", "projects: {}\n");

    private string Projects => Path.Combine(_folder.Path, "projects");

    [Fact]
    public void Data_lies_beside_the_projects_unless_told_otherwise()
    {
        var options = Read(("Mlops:Projects", Projects));

        Assert.Equal(
            new MlopsServerOptions
            {
                ProjectsPath = Projects,
                DataPath = Path.Combine(_folder.Path, ".mlops"),
                Urls = "http://localhost:6789",
                AllowedHosts = options.AllowedHosts,
                Runners = Math.Max(2, Environment.ProcessorCount),
                RunnerMemoryBytes = options.RunnerMemoryBytes,
            },
            options);
        Assert.Empty(options.AllowedHosts);
        Assert.True(Directory.Exists(options.DataPath));
        Assert.Empty(Directory.GetFiles(options.DataPath));
    }

    [Fact]
    public void All_that_is_wrong_is_said_at_once()
    {
        var file = _folder.Write("a_file", "");

        var exception = Assert.Throws<InvalidSettingsException>(() => Read(
            ("Mlops:Projects", Path.Combine(_folder.Path, "nowhere")),
            ("Mlops:DataDir", Path.Combine(file, "data")),
            ("Mlops:Database", "Host=db;Pasword=secret"),
            ("Mlops:Warehouse", "Username=me;Password=secret"),
            ("Mlops:Outputs", "s3://x"),
            ("Mlops:OutputsCache", "10"),
            ("Mlops:Runners", "many"),
            ("Mlops:RunnerMemory", "100MB"),
            ("Mlops:RunnerEnv", "PATH_*, mlops_database, :X, *"),
            ("Mlops:WarmUp", "maybe"),
            ("Mlops:RunLimit", "0"),
            ("Mlops:StopGraceSeconds", "-1"),
            ("Mlops:DrainSeconds", "3601"),
            ("Mlops:AllowedHosts", "*; http://a.example"),
            ("urls", "localhost:6789;http://localhost:99999999")));

        Assert.Equal(19, exception.Errors.Count);
        Assert.Collection(
            exception.Errors,
            error => Assert.Contains("nowhere does not exist", error, StringComparison.Ordinal),
            error => Assert.Contains("cannot be written to", error, StringComparison.Ordinal),
            error => Assert.Contains("MLOPS_OUTPUTS (--outputs) is 's3://x'", error, StringComparison.Ordinal),
            error => Assert.Contains("MLOPS_OUTPUTS_CACHE is '10'", error, StringComparison.Ordinal),
            error => Assert.Contains("MLOPS_DATABASE (--database) cannot be read", error, StringComparison.Ordinal),
            error => Assert.Contains("MLOPS_WAREHOUSE (--warehouse) names no host", error, StringComparison.Ordinal),
            error => Assert.Contains("'localhost:6789' of --urls", error, StringComparison.Ordinal),
            error => Assert.Contains("'http://localhost:99999999' of --urls", error, StringComparison.Ordinal),
            error => Assert.Contains("'*' of MLOPS_ALLOWED_HOSTS", error, StringComparison.Ordinal),
            error => Assert.Contains("'http://a.example' of MLOPS_ALLOWED_HOSTS", error, StringComparison.Ordinal),
            error => Assert.Contains("MLOPS_RUNNERS is 'many'", error, StringComparison.Ordinal),
            error => Assert.Contains("MLOPS_RUNNER_MEMORY is '100MB'", error, StringComparison.Ordinal),
            error => Assert.Contains("'mlops_database' of MLOPS_RUNNER_ENV is a setting of the server", error, StringComparison.Ordinal),
            error => Assert.Contains("':X' of MLOPS_RUNNER_ENV is not understood", error, StringComparison.Ordinal),
            error => Assert.Contains("'*' of MLOPS_RUNNER_ENV is not understood", error, StringComparison.Ordinal),
            error => Assert.Contains("MLOPS_WARM_UP is 'maybe'", error, StringComparison.Ordinal),
            error => Assert.Equal("MLOPS_RUN_LIMIT is '0'; a whole number from 1 to 2147483647 is wanted.", error),
            error => Assert.Equal("MLOPS_STOP_GRACE_SECONDS is '-1'; a whole number from 0 to 3600 is wanted.", error),
            error => Assert.Equal("MLOPS_DRAIN_SECONDS is '3601'; a whole number from 0 to 3600 is wanted.", error));
        Assert.DoesNotContain("secret", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, 30)]
    [InlineData("0", 0)]
    [InlineData("3600", 3600)]
    public void Runs_get_their_time_to_end(string? setting, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Read(("Mlops:Projects", Projects), ("Mlops:DrainSeconds", setting ?? "")).DrainTime);

    [Fact]
    public void Urls_of_the_host_go_before_those_of_the_settings()
    {
        var options = Read(("Mlops:Projects", Projects), ("Mlops:Urls", "http://localhost:1"), ("urls", "http://*:2"));

        Assert.Equal("http://*:2", options.Urls);
    }

    [Fact]
    public void Hosts_are_separated_by_commas_or_semicolons()
    {
        Assert.Equal(["a.example", "*.b.example", "c"], Read(("Mlops:Projects", Projects), ("Mlops:AllowedHosts", " a.example, *.b.example;c ")).AllowedHosts);
    }

    [Fact]
    public void Outputs_lie_in_a_folder_or_in_an_object_store()
    {
        var shared = Path.Combine(_folder.Path, "shared");

        var inFolder = Read(("Mlops:Projects", Projects), ("Mlops:Outputs", shared));
        var inStore = Read(("Mlops:Projects", Projects), ("Mlops:Outputs", "s3://my-bucket/some/prefix/"), ("Mlops:OutputsCache", "3 GiB"));
        var relative = Assert.Throws<InvalidSettingsException>(() => Read(("Mlops:Projects", Projects), ("Mlops:Outputs", "outputs")));
        var other = Assert.Throws<InvalidSettingsException>(() => Read(("Mlops:Projects", Projects), ("Mlops:Outputs", "gs://bucket")));

        Assert.Equal((shared, null, 10L << 30), (inFolder.ToCoreOptions().OutputsPath, inFolder.OutputsLocation, inFolder.OutputsCacheBytes));
        Assert.True(Directory.Exists(shared));
        Assert.Equal((null, new S3Location("my-bucket", "some/prefix/"), 3L << 30), (inStore.OutputsPath, inStore.OutputsLocation, inStore.OutputsCacheBytes));
        Assert.Equal("s3://my-bucket/some/prefix", inStore.OutputsLocation!.ToString());
        Assert.Equal(
            ["MLOPS_OUTPUTS (--outputs) is 'outputs'; wanted is an absolute path of a folder, or s3://bucket/prefix."], relative.Errors);
        Assert.Equal(
            ["MLOPS_OUTPUTS (--outputs) is 'gs://bucket'; wanted is an absolute path of a folder, or s3://bucket/prefix."], other.Errors);
    }

    [Theory]
    [InlineData("s3://bucket", "bucket", "")]
    [InlineData("s3://bucket/", "bucket", "")]
    [InlineData("s3://bucket.with.dots/a/b", "bucket.with.dots", "a/b/")]
    public void A_place_in_an_object_store_is_a_bucket_and_a_prefix(string text, string bucket, string prefix) =>
        Assert.Equal(new S3Location(bucket, prefix), S3Location.Parse(text));

    [Theory]
    [InlineData("s3://")]
    [InlineData("s3://b")]
    [InlineData("s3://bucket/a/../b")]
    [InlineData("s3://bucket//a")]
    [InlineData("s3://user:password@bucket/a")]
    [InlineData("s3://bucket?x=1")]
    public void What_is_no_place_in_an_object_store_is_refused(string text) => Assert.Null(S3Location.Parse(text));

    public void Dispose() => _folder.Dispose();

    private static MlopsServerOptions Read(params (string Key, string Value)[] settings) => ServerOptionsReader.Read(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build());
}
