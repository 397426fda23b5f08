using CsCheck;
using Mlops.Blocks.Connectors;
using Mlops.Blocks.Templates;
using Mlops.Sdk;
using Mlops.Testing;

namespace Mlops.Blocks.Tests.Connectors;

public sealed class IoConfigTests : IDisposable
{
    private static readonly TemplateRenderer Templates = AnyTemplates.Renderer;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_settings_of_a_profile_are_read_with_the_environment_in_them()
    {
        var variable = $"MLOPS_TEST_{Guid.NewGuid():N}";
        Environment.SetEnvironmentVariable(variable, "s3cret");
        _folder.Write("io_config.yaml", $$$"""
            version: 0.1.1
            default:
              A: "{{ env_var('{{{variable}}}') }}"
              B: 5432
              C: "x{{ 'literal' }}y"
              D: {nested: 1}
            other:
              A: "{{ env_var('MLOPS_TEST_NEVER_SET') }}"
            """);

        var settings = IoConfig.ReadProfile(_folder.Path, "default", Templates);

        Assert.Equal([("A", "s3cret"), ("B", "5432"), ("C", "xliteraly")], settings.Select(pair => (pair.Key, pair.Value)));
    }

    [Theory]
    [InlineData("default: {A: 1}\nother: {A: 1}", "There is no connection profile 'warehouse' in io_config.yaml. There is 'default', 'other'.")]
    [InlineData("version: 1", "There is no connection profile 'warehouse' in io_config.yaml. It has none.")]
    [InlineData("warehouse:\n  PASSWORD: \"{{ env_var('MLOPS_TEST_NEVER_SET') }}\"", "PASSWORD of the profile 'warehouse' in io_config.yaml needs the environment variable MLOPS_TEST_NEVER_SET, which is not set.")]
    [InlineData("warehouse:\n  PASSWORD: \"{{ secret('n') }}\"", "PASSWORD of the profile 'warehouse' in io_config.yaml needs a secret. There is no secret 'n' here.")]
    [InlineData("warehouse:\n  PASSWORD: \"x{{ \"", "PASSWORD of the profile 'warehouse' in io_config.yaml has '{{' without the '}}' that ends it. Close it; to write two braces as such, write {{ '{{' }}.")]
    public void What_is_wrong_is_told(string yaml, string message)
    {
        _folder.Write("io_config.yaml", yaml);

        Assert.Equal(message, Assert.Throws<ConnectionException>(() => IoConfig.ReadProfile(_folder.Path, "warehouse", Templates)).Message);
    }

    [Fact]
    public void A_file_that_is_missing_or_no_YAML_is_told()
    {
        Assert.Contains("no io_config.yaml", Assert.Throws<ConnectionException>(() => IoConfig.ReadProfile(_folder.Path, "a", Templates)).Message, StringComparison.Ordinal);
        _folder.Write("io_config.yaml", "a: 1\n b: [");
        Assert.StartsWith("io_config.yaml is no YAML, line 2", Assert.Throws<ConnectionException>(() => IoConfig.ReadProfile(_folder.Path, "a", Templates)).Message, StringComparison.Ordinal);
        _folder.Write("io_config.yaml", "a: [1,\nb: }");
        Assert.StartsWith("io_config.yaml is no YAML", Assert.Throws<ConnectionException>(() => IoConfig.ReadProfile(_folder.Path, "a", Templates)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nesting_is_bounded()
    {
        // Deep enough to overflow the stack of a reader that calls itself for every level, which ends the process.
        _folder.Write("io_config.yaml", "a: " + new string('[', 200_000));

        var exception = Assert.Throws<ConnectionException>(() => IoConfig.ReadProfile(_folder.Path, "a", Templates));

        Assert.Equal("io_config.yaml is nested more than 50 deep in line 1. Profiles are flat: a name, and below it keys with plain values.", exception.Message);
    }

    [Fact]
    public void However_it_is_broken_it_is_read_or_refused() => Gen.Select(Gen.Double[0, 1], Gen.Int[0, 12], Gen.String[Gen.Char["[]{}:,&*!|>'\"%@`#-? \t\n\\u0x"], 0, 5]).Sample(
        (where, cut, piece) =>
        {
            const string text = "version: 0.1.1\ndefault: &d\n  A: \"{{ env_var('PATH') }}\"\n  B: 5432\nwarehouse:\n  <<: *d\n  C: {nested: [1, 2]}\n";
            var at = (int)(where * text.Length);
            _folder.Write("io_config.yaml", text[..at] + piece + text[Math.Min(at + cut, text.Length)..]);
            try
            {
                _ = IoConfig.ReadProfile(_folder.Path, "default", Templates);
            }
            catch (ConnectionException exception)
            {
                Assert.NotEmpty(exception.Message);
            }
        },
        iter: 500,
        threads: 1);

    [Theory]
    [InlineData("{FOO: 1}", "names no database that is known here. Give it keys that begin with POSTGRES_ or DUCKDB_.")]
    [InlineData("{DUCKDB_DATABASE: a, POSTGRES_HOST: b}", "has keys of several databases (postgres, duckdb). Make a profile for each.")]
    [InlineData("{POSTGRES_HOST: b}", "The profile 'warehouse' in io_config.yaml has no POSTGRES_DBNAME. Add it.")]
    public void A_profile_must_name_one_database(string settings, string message)
    {
        _folder.Write("io_config.yaml", $"warehouse: {settings}");
        var profiles = new ConnectionProfiles(
            [new Blocks.Connectors.Postgres.PostgresConnector(), new Blocks.Connectors.DuckDb.DuckDbConnector(TimeProvider.System)],
            new MlopsBlocksOptions { DataPath = _folder.Path });

        Assert.Contains(message, Assert.Throws<ConnectionException>(() => profiles.Open(_folder.Path, "warehouse", Templates)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_warehouse_given_by_the_host_goes_before_the_profile()
    {
        var profiles = new ConnectionProfiles([], new MlopsBlocksOptions { DataPath = _folder.Path, Warehouse = "Host=h;Database=d;Username=u" });

        Assert.Equal(("warehouse", "postgres"), (profiles.Open(_folder.Path, "warehouse", Templates).Profile, profiles.Open(_folder.Path, "warehouse", Templates).Provider));
    }
}
