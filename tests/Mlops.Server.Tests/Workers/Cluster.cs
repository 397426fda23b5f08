using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Mlops.Server.Tests.Fixtures;
using Mlops.Testing;

namespace Mlops.Server.Tests.Workers;

/// <summary>
/// A server with one slot and workers, all processes of their own on one PostgreSQL database. A run of the pipeline <c>wait</c> says that it is under
/// way by a file and ends when told.
/// </summary>
internal sealed class Cluster : IAsyncDisposable
{
    private const string Wait =
        """
        using System.IO;

        public static class Wait
        {
            [DataLoader]
            public static async Task<string> Run(BlockContext context, CancellationToken stop, string name = "")
            {
                File.AppendAllText(context.ResolvePath(name + ".started"), "x");
                while (!File.Exists(context.ResolvePath(name + ".go")))
                {
                    await Task.Delay(20, stop);
                }

                return name;
            }
        }
        """;

    private readonly PostgresDatabase _database;
    private readonly TestProjects _projects;
    private readonly List<ProgramUnderTest> _programs = [];
    private HttpClient _client = null!;

    private Cluster(PostgresDatabase database)
    {
        _database = database;
        _projects = new TestProjects("demo").File("demo", "data_loaders/wait.cs", Wait).Pipeline("demo", "wait", ("data_loader", "wait", []));
    }

    public ProgramUnderTest Server => _programs[0];

    public static async Task<Cluster> StartAsync(params string[] serverArguments)
    {
        var cluster = new Cluster(await PostgresDatabase.CreateAsync());
        var (server, client) = await ProgramUnderTest.ServeAsync(
            cluster._projects, ["--database", cluster._database.ConnectionString, "--Mlops:Runners=1", .. serverArguments]);
        cluster._programs.Add(server);
        cluster._client = client;
        return cluster;
    }

    public async Task<ProgramUnderTest> AddWorkerAsync(params string[] arguments)
    {
        var worker = await ProgramUnderTest.WorkAsync(_projects, _database.ConnectionString, arguments);
        _programs.Add(worker);
        return worker;
    }

    /// <summary>Starts a run; answers with its id.</summary>
    public async Task<long> StartRunAsync(string name)
    {
        using var response = await _client.PostAsJsonAsync("/api/projects/demo/pipelines/wait/runs", new { variables = new { name } });
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetInt64();
    }

    /// <summary>Starts a run and waits until some process is in the midst of its block.</summary>
    public async Task<long> StartRunningAsync(string name)
    {
        var id = await StartRunAsync(name);
        await UntilAsync(() => Task.FromResult(Starts(name) == 1));
        return id;
    }

    public void End(string name) => _projects.File("demo", name + ".go", "");

    /// <summary>How often the block of a run was started.</summary>
    public int Starts(string name)
    {
        var file = Path.Combine(_projects.ProjectsPath, "demo", name + ".started");
        return File.Exists(file) ? File.ReadAllText(file).Length : 0;
    }

    public async Task<string?> StatusAsync(long run) => (await RunAsync(run)).GetProperty("status").GetString();

    public Task<JsonElement> RunAsync(long run) => GetAsync(string.Create(CultureInfo.InvariantCulture, $"/api/pipeline_runs/{run}"));

    public Task WaitForStatusAsync(long run, string status) => UntilAsync(async () => await StatusAsync(run) == status);

    /// <summary>What the list says of a process: role, state and ids of its runs; null where it is not listed.</summary>
    public async Task<(string Role, string State, string Runs)?> DescribeAsync(ProgramUnderTest program)
    {
        foreach (var worker in (await GetAsync("/api/workers")).GetProperty("workers").EnumerateArray())
        {
            if (worker.GetProperty("process_id").GetInt32() == program.Id)
            {
                var runs = worker.GetProperty("pipeline_runs").EnumerateArray().Select(run => run.GetProperty("id").GetRawText());
                return (worker.GetProperty("role").GetString()!, worker.GetProperty("state").GetString()!, string.Join(' ', runs));
            }
        }

        return null;
    }

    public async Task<System.Net.HttpStatusCode> GetStatusCodeAsync(string address)
    {
        using var response = await _client.GetAsync(new Uri(address, UriKind.Relative));
        return response.StatusCode;
    }

    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await condition())
        {
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _programs.ForEach(program => program.Dispose());
        _projects.Dispose();
        await _database.DisposeAsync();
    }

    private Task<JsonElement> GetAsync(string address) => _client.GetFromJsonAsync<JsonElement>(address);
}
