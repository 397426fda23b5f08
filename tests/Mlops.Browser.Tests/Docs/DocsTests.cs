using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.Extensions.DependencyInjection;
using Mlops.Blocks.CSharp.Types;
using Mlops.Core.Pipelines;
using Mlops.Core.Projects;
using Mlops.Core.Runs;
using Mlops.Server;
using Mlops.Testing;
using YamlDotNet.RepresentationModel;

namespace Mlops.Browser.Tests.Docs;

/// <summary>Every example in README.md and docs does what the text says.</summary>
public sealed partial class DocsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_yaml_example_parses()
    {
        Assert.All(Examples("yaml"), example => new YamlStream().Load(new StringReader(example.Text)));
    }

    [Fact]
    public async Task Every_csharp_example_compiles_as_a_block()
    {
        var project = WriteShop();
        await using var server = new MlopsServer(_folder.Combine("projects"));
        var host = server.Services.GetRequiredService<IBlockHost>();
        foreach (var example in Examples("csharp").Where(example => example.Path?.StartsWith("utils/", StringComparison.Ordinal) != true))
        {
            var file = _folder.Write(Path.Combine("projects", "shop", example.Path ?? $"custom/example_{example.Place.Replace('/', '_').Replace(':', '_')}.cs"), example.Text);
            var block = new Block { Uuid = "example", Name = "example", Type = TypeOf(example), Language = BlockLanguage.Find("csharp")!, FilePath = file };
            var description = await host.DescribeAsync(project, block, Cancellation);
            Assert.True(description.Errors.Count == 0, $"{example.Place}: {string.Join('\n', description.Errors.Select(error => error.Message))}");
        }
    }

    [Fact]
    public async Task The_blocks_of_the_docs_take_what_those_upstream_return()
    {
        var project = WriteShop();
        await using var server = new MlopsServer(_folder.Combine("projects"));
        var types = server.Services.GetRequiredService<BlockTypeCheck>();
        var pipelines = server.Services.GetRequiredService<ProjectCatalog>().ListPipelines("shop");

        Assert.True(pipelines.Count > 5, "The docs have pipelines");
        foreach (var pipeline in pipelines)
        {
            Assert.Equal([], (await types.FindProblemsAsync(project, pipeline, Cancellation)).Select(problem => $"{pipeline.Uuid}: {problem.Message}"));
        }
    }

    [Fact]
    public async Task Every_sql_example_can_be_read()
    {
        var project = WriteShop();
        await using var server = new MlopsServer(_folder.Combine("projects"));
        var host = server.Services.GetRequiredService<IBlockHost>();
        var examples = Examples("sql").ToList();
        Assert.NotEmpty(examples);
        foreach (var example in examples)
        {
            var block = new Block { Uuid = "example", Name = "example", Type = TypeOf(example), Language = BlockLanguage.Find("sql")!, FilePath = Path.Combine(project, example.Path!) };
            var description = await host.DescribeAsync(project, block, Cancellation);
            Assert.True(description.Errors.Count == 0, $"{example.Place}: {string.Join('\n', description.Errors.Select(error => error.Message))}");
        }
    }

    [Fact]
    public async Task The_pipelines_of_the_docs_run()
    {
        WriteShop();
        await using var server = new MlopsServer(_folder.Combine("projects"));
        using var client = server.CreateClient();
        foreach (var folder in Directory.GetDirectories(_folder.Combine("projects", "shop", "pipelines")))
        {
            using var response = await client.PostAsJsonAsync($"/api/projects/shop/pipelines/{Path.GetFileName(folder)}/runs", new { }, Cancellation);
            var run = await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
            run = run.TryGetProperty("id", out var id) ? await ApproveToEndAsync(client, id.GetInt64()) : run;
            Assert.True(run.TryGetProperty("status", out var status) && status.ToString() == "completed", $"{folder}: {run}");
        }
    }

    /// <summary>The run once it is final; what it asks for is approved.</summary>
    private static async Task<JsonElement> ApproveToEndAsync(HttpClient client, long runId)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var run = await client.GetFromJsonAsync<JsonElement>($"/api/pipeline_runs/{runId}", Cancellation);
            if (run.GetProperty("status").ToString() is not ("initial" or "running") || TimeProvider.System.GetElapsedTime(start) > TimeSpan.FromSeconds(60))
            {
                return run;
            }

            foreach (var approval in (await client.GetFromJsonAsync<JsonElement>($"/api/approvals?run={runId}&status=open", Cancellation)).GetProperty("approvals").EnumerateArray())
            {
                using var approved = await client.PostAsync(new Uri($"/api/approvals/{approval.GetProperty("id")}/approve", UriKind.Relative), null, Cancellation);
                Assert.True(approved.IsSuccessStatusCode, $"Approval {approval} answers {approved.StatusCode}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Cancellation);
        }
    }

    [Fact]
    public async Task The_triggers_of_the_docs_have_no_problem()
    {
        WriteShop();
        await using var server = new MlopsServer(_folder.Combine("projects"));
        using var client = server.CreateClient();

        var list = await client.GetFromJsonAsync<JsonElement>("/api/projects/shop/triggers", Cancellation);

        var triggers = list.GetProperty("triggers").EnumerateArray().ToList();
        Assert.NotEmpty(triggers);
        Assert.All(triggers, trigger => Assert.Null(trigger.GetProperty("problem").GetString()));
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/rest.md")]
    [InlineData("docs/triggers.md")]
    [InlineData("docs/backfills.md")]
    public async Task Every_curl_example_answers_what_is_shown(string file)
    {
        await using var server = new MlopsServer();
        using var client = server.CreateClient();
        await CheckCallsAsync(client, file);
    }

    [Fact]
    public async Task The_calls_for_approvals_answer_what_is_shown()
    {
        WriteShop();
        await using var server = new MlopsServer(_folder.Combine("projects"));
        using var client = server.CreateClient();
        using var response = await client.PostAsJsonAsync("/api/projects/shop/pipelines/tell_the_shop/runs", new { }, Cancellation);
        while ((await client.GetFromJsonAsync<JsonElement>("/api/approvals", Cancellation)).GetProperty("open_count").GetInt64() == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Cancellation);
        }

        await CheckCallsAsync(client, "docs/block-types.md");
        Assert.Equal(RunStatus.Completed, (await server.Services.GetRequiredService<PipelineRunService>().WaitAsync(1, TimeSpan.FromSeconds(60), Cancellation)).Status);
    }

    private static async Task CheckCallsAsync(HttpClient client, string file)
    {
        var words = new AnswerWords();
        var examples = DocExample.All.Where(example => example.Place.StartsWith(file + ":", StringComparison.Ordinal)).ToList();
        foreach (var (example, next) in examples.Zip(examples.Skip(1).Append(null)).Where(pair => pair.First.Text.StartsWith("curl ", StringComparison.Ordinal)))
        {
            var shown = next is { Language: "json" } ? JsonDocument.Parse(next.Text).RootElement : default(JsonElement?);
            foreach (var request in CurlCommand.Parse(words.FillIn(example.Text)))
            {
                using var response = await client.SendAsync(request, Cancellation);
                var body = await response.Content.ReadAsStringAsync(Cancellation);
                words.Take(body);
                var isErrorShown = shown?.TryGetProperty("type", out _) == true;
                Assert.True(response.IsSuccessStatusCode != isErrorShown, $"{example.Place}: {(int)response.StatusCode} {body}");
                Assert.True(shown is null || (body.Length > 0 && JsonPart.IsPartOf(shown.Value, JsonDocument.Parse(body).RootElement)), $"{example.Place} answers {body}");
            }
        }
    }

    [Fact]
    public async Task Every_command_that_ends_does_so_with_0()
    {
        var projects = _folder.CopyFolder(Repository.Combine("projects"), "projects");
        const string Prefix = "dotnet run --project src/Mlops.Server -- ";
        var commands = Examples("bash").SelectMany(example => example.Text.Split('\n')).Where(line => line.StartsWith(Prefix, StringComparison.Ordinal))
            .Where(line => !line[Prefix.Length..].StartsWith('-') && !line[Prefix.Length..].StartsWith("worker", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(commands);
        foreach (var command in commands)
        {
            var start = new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location, .. command[Prefix.Length..].Split(' ')])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            start.Environment["MLOPS_PROJECTS"] = projects;
            start.Environment["MLOPS_DATA_DIR"] = _folder.Combine("data");
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync(Cancellation);
            var output = await process.StandardOutput.ReadToEndAsync(Cancellation);
            await process.WaitForExitAsync(Cancellation);
            Assert.True(process.ExitCode == 0, $"{command}\n{output}\n{await errors}");
        }
    }

    [Fact]
    public async Task Every_worker_command_becomes_ready()
    {
        await using var database = await PostgresDatabase.CreateAsync(Cancellation);
        var projects = _folder.CopyFolder(Repository.Combine("projects"), "projects");
        const string Prefix = "dotnet run --project src/Mlops.Server -- worker";
        var commands = Examples("bash").SelectMany(example => example.Text.Split('\n')).Where(line => line.StartsWith(Prefix, StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(commands);
        foreach (var command in commands)
        {
            using var worker = WorkerProcess.Start(
                projects, _folder.Combine("data"), database.ConnectionString, command[Prefix.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries));
            await worker.WaitUntilReadyAsync();
            worker.Signal("TERM");
            Assert.Equal(0, await worker.WaitForExitAsync());
        }
    }

    [Fact]
    public void Every_package_is_named_in_the_readme_with_its_reason()
    {
        var rows = File.ReadLines(Repository.Combine("README.md")).Where(line => line.StartsWith("| ", StringComparison.Ordinal)).ToList();
        var packages = XDocument.Load(Repository.Combine("Directory.Packages.props")).Descendants("PackageVersion").Select(package => package.Attribute("Include")!.Value);
        var named = rows.SelectMany(row => row.Split('|')[1].Split(',', StringSplitOptions.TrimEntries)).ToHashSet(StringComparer.Ordinal);
        Assert.Empty(packages.Except(named));
    }

    [Fact]
    public void Every_link_to_a_file_leads_to_one()
    {
        var pages = Directory.GetFiles(Repository.Combine("docs"), "*.md").Append(Repository.Combine("README.md"));
        var broken = from page in pages
                     from Match link in Link().Matches(File.ReadAllText(page))
                     let target = Path.Combine(Path.GetDirectoryName(page)!, link.Groups["path"].Value)
                     where !File.Exists(target)
                     select $"{page}: {link.Value}";
        Assert.Empty(broken);
    }

    [GeneratedRegex(@"\]\((?!https?:)(?<path>[^)#\s]+)(#[^)]*)?\)")]
    private static partial Regex Link();

    private static IEnumerable<DocExample> Examples(string language) => DocExample.All.Where(example => example.Language == language);

    /// <summary>By its folder, else by its attribute: <c>[DataLoader]</c> makes a <c>data_loader</c>.</summary>
    private static BlockType TypeOf(DocExample example) =>
        BlockType.All.FirstOrDefault(type => example.Path?.StartsWith(type.Folder + "/", StringComparison.Ordinal) == true) ?? BlockType.All.First(type => example.Text.Contains($"[{type.Label.Replace(" ", "", StringComparison.Ordinal)}]", StringComparison.OrdinalIgnoreCase));

    /// <summary>The files that the docs name, as the project <c>shop</c>; returns its folder.</summary>
    private string WriteShop()
    {
        _folder.Write(Path.Combine("projects", "settings.yaml"), "name: docs\nprojects:\n  shop: {}\n");
        _folder.Write(Path.Combine("projects", "shop", "metadata.yaml"), "project_uuid: shop\n");
        foreach (var example in DocExample.All.Where(example => example.Path is not null))
        {
            _folder.Write(Path.Combine("projects", "shop", example.Path!), example.Text);
        }

        return _folder.Combine("projects", "shop");
    }
}
