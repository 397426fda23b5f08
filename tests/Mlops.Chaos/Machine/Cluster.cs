using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Mlops.Testing;
using Npgsql;

namespace Mlops.Chaos.Machine;

/// <summary>All processes of a trial: one server; on PostgreSQL also that, and two workers. None outlives this object.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    private const int WorkerCount = 2;

    /// <summary>Of each server and worker; more than the cores of a small machine already.</summary>
    private const int RunnerCount = 2;

    /// <summary>How long the first start may take, with everything to be compiled.</summary>
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(90);

    private readonly List<Node> _workers = [];
    private readonly int _seed;

    private Cluster(TrialFolder folder, OwnPostgres? postgres, int seed)
    {
        (Folder, Postgres, _seed) = (folder, postgres, seed);
        Database = postgres is null
            ? new TrialDatabase(Path.Combine(folder.DataOf("server"), "mlops.db"))
            : new TrialDatabase(new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { CommandTimeout = 5, Timeout = 3, MaxPoolSize = 5 });
        Address = new Uri($"http://127.0.0.1:{FindFreePort()}");
        Server = CreateNode("server", ["--urls", Address.OriginalString], 0);
        for (var number = 1; postgres is not null && number <= WorkerCount; number++)
        {
            _workers.Add(CreateNode(string.Create(CultureInfo.InvariantCulture, $"worker-{number}"), ["worker"], number));
        }
    }

    public TrialFolder Folder { get; }

    /// <summary>Null on SQLite.</summary>
    public OwnPostgres? Postgres { get; }

    public TrialDatabase Database { get; }

    public Node Server { get; }

    /// <summary>None on SQLite.</summary>
    public IReadOnlyList<Node> Workers => _workers;

    public IEnumerable<Node> Nodes => [Server, .. _workers];

    /// <summary>Of the server.</summary>
    public Uri Address { get; }

    /// <summary>What must not happen to processes and did; in the order of events.</summary>
    public Violations Violations { get; } = new();

    /// <summary>Starts everything and waits until the server takes runs.</summary>
    public static async Task<Cluster> StartAsync(ChaosOptions options, CancellationToken cancellationToken)
    {
        // Without synchronous commits a crash of the server may lose what it said was committed, and would be right to.
        var postgres = options.Database == ChaosDatabase.Postgres ? await OwnPostgres.StartAsync("synchronous_commit=on") : null;
        var cluster = new Cluster(TrialFolder.Create(), postgres, options.Seed);
        try
        {
            foreach (var node in cluster.Nodes)
            {
                node.Start();
            }

            await cluster.WaitUntilReadyAsync(cancellationToken);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks all nodes to stop and waits until they have.</summary>
    public Task StopAsync() => Task.WhenAll(Nodes.Select(node => node.StopAsync()));

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes)
        {
            await node.DisposeAsync();
        }

        if (Postgres is not null)
        {
            await Postgres.DisposeAsync();
        }
    }

    private Node CreateNode(string name, string[] arguments, int number)
    {
        var environment = new Dictionary<string, string>
        {
            ["MLOPS_PROJECTS"] = Folder.Projects,
            ["MLOPS_DATA_DIR"] = Folder.DataOf(name),
            ["MLOPS_OUTPUTS"] = Folder.Outputs,
            ["MLOPS_RUNNERS"] = RunnerCount.ToString(CultureInfo.InvariantCulture),
            ["MLOPS_RUNNER_ENV"] = "CHAOS_MARK,CHAOS_LEDGER",
            ["MLOPS_DRAIN_SECONDS"] = "5",
            ["CHAOS_MARK"] = Folder.Mark,
            ["CHAOS_LEDGER"] = Folder.Ledger,
        };
        if (Postgres is not null)
        {
            // Shorter than the product's own, so that a write which hangs costs the trial little of its time.
            environment["MLOPS_DATABASE"] = new NpgsqlConnectionStringBuilder(Postgres.ConnectionString) { CommandTimeout = 5 }.ConnectionString;
        }

        return new Node(name, arguments, environment, Folder, unchecked((_seed * 10) + number), Violations);
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(5) };
        var start = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(start) < StartPatience)
        {
            try
            {
                using var response = await client.GetAsync("/health/ready", cancellationToken);
                if (response.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, cancellationToken);
        }

        throw new InvalidOperationException($"The server was not ready within {StartPatience.TotalSeconds:0} s. See {Folder.LogOf("server")}");
    }

    private static int FindFreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
