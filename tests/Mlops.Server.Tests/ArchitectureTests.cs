using System.Reflection;
using Mlops.Blocks;
using Mlops.Core;
using Mlops.Sdk;
using NetArchTest.Rules;

namespace Mlops.Server.Tests;

public sealed class ArchitectureTests
{
    private static readonly Assembly Sdk = typeof(Table).Assembly;
    private static readonly Assembly Core = typeof(CoreServices).Assembly;
    private static readonly Assembly Blocks = typeof(BlocksServices).Assembly;
    private static readonly Assembly Runner = Assembly.LoadFrom(Path.Combine(AppContext.BaseDirectory, "Mlops.Runner.dll"));
    private static readonly Assembly Server = typeof(Program).Assembly;

    [Fact]
    public void A_project_refers_only_to_those_on_its_left()
    {
        Assert.Equal(
            ["Mlops.Sdk: ", "Mlops.Core: Mlops.Sdk", "Mlops.Blocks: Mlops.Core Mlops.Sdk", "Mlops.Runner: Mlops.Blocks", "Mlops.Server: Mlops.Blocks Mlops.Core Mlops.Sdk"],
            new[] { Sdk, Core, Blocks, Runner, Server }.Select(assembly => $"{assembly.GetName().Name}: {string.Join(' ', References(assembly, "Mlops."))}"));
    }

    [Theory]
    [InlineData("Microsoft.AspNetCore")]
    [InlineData("Hangfire")]
    [InlineData("Microsoft.CodeAnalysis")]
    [InlineData("Microsoft.ML")]
    public void Core_knows_no_web_no_queue_no_compiler_and_no_trainer(string name) => Assert.Empty(References(Core, name));

    [Fact]
    public void Only_jobs_name_hangfire() =>
        AssertNone(Types.InAssembly(Server).That().DoNotResideInNamespace("Mlops.Server.Jobs").ShouldNot().HaveDependencyOn("Hangfire"));

    [Fact]
    public void Only_blocks_know_how_to_speak_with_a_runner() => Assert.Empty(References(Server, "StreamJsonRpc").Concat(References(Runner, "StreamJsonRpc")));

    [Theory]
    [InlineData("Mlops.Server.Api")]
    [InlineData("Mlops.Server.Components")]
    public void Api_and_pages_name_no_sql_and_no_driver(string name) =>
        AssertNone(Types.InAssembly(Server).That().ResideInNamespaceStartingWith(name).ShouldNot().HaveDependencyOnAny("Dapper", "Npgsql", "Microsoft.Data.Sqlite", "DuckDB"));

    [Theory]
    [InlineData("Mlops.Core.Projects", "Mlops.Core.Runs", "Mlops.Core.Triggers")]
    [InlineData("Mlops.Core.Pipelines", "Mlops.Core.Runs", "Mlops.Core.Triggers")]
    [InlineData("Mlops.Core.Projects", "Mlops.Core.Variables", "Mlops.Core.Secrets")]
    [InlineData("Mlops.Core.Variables", "Mlops.Core.Runs", "Mlops.Core.Triggers", "Mlops.Core.Secrets")]
    [InlineData("Mlops.Core.Secrets", "Mlops.Core.Pipelines", "Mlops.Core.Runs", "Mlops.Core.Triggers", "Mlops.Core.Variables")]
    [InlineData("Mlops.Core.Runs", "Mlops.Core.Triggers", "Mlops.Core.Workers")]
    [InlineData("Mlops.Core.Triggers", "Mlops.Core.Workers")]
    [InlineData("Mlops.Core.Workers", "Mlops.Core.Triggers")]
    [InlineData("Mlops.Core.Database", "Mlops.Core.Projects", "Mlops.Core.Pipelines", "Mlops.Core.Runs", "Mlops.Core.Triggers", "Mlops.Core.Workers")]
    public void Inside_core_calls_go_one_way(string name, params string[] forbidden) =>
        AssertNone(Types.InAssembly(Core).That().ResideInNamespaceStartingWith(name).ShouldNot().HaveDependencyOnAny(forbidden));

    private static void AssertNone(ConditionList rule) => Assert.Empty(rule.GetResult().FailingTypeNames ?? []);

    private static IEnumerable<string> References(Assembly assembly, string prefix) =>
        assembly.GetReferencedAssemblies().Select(reference => reference.Name!).Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Order();
}
