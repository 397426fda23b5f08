using System.Diagnostics;
using Npgsql;

namespace Mlops.Testing;

/// <summary>
/// The PostgreSQL server of this test process: the one that <c>MLOPS_TEST_POSTGRES</c> names (a superuser's connection string), else a private
/// cluster in a temporary folder that ends with the process. Started at first use. Where PostgreSQL is missing, tests fail and say how to get it.
/// </summary>
internal static class PostgresCluster
{
    private static readonly Lazy<Task<string>> Started = new(StartAsync);

    /// <summary>Keeps the cluster's standard input open; the operating system closes it with this process, which ends the cluster.</summary>
    private static Process? _process;

    /// <summary>Connection string of a superuser.</summary>
    public static Task<string> ConnectionStringAsync() => Started.Value;

    private static async Task<string> StartAsync()
    {
        if (Environment.GetEnvironmentVariable("MLOPS_TEST_POSTGRES") is { Length: > 0 } given)
        {
            return given;
        }

        (_process, var connectionString) = await LaunchAsync();
        return connectionString;
    }

    /// <summary>Starts a cluster; it ends when the standard input of the process is closed.</summary>
    /// <param name="isDurable">Whether commits are synced to disk.</param>
    /// <returns>The process, and the connection string of a superuser.</returns>
    public static async Task<(Process Process, string ConnectionString)> LaunchAsync(bool isDurable = false)
    {
        var process = Process.Start(StartInfo(FindPrograms(), await ReadScriptAsync(), isDurable))!;
        var errors = process.StandardError.ReadToEndAsync();
        var socketFolder = await process.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException($"PostgreSQL did not start:{Environment.NewLine}{await errors}");
        return (process, new NpgsqlConnectionStringBuilder { Host = socketFolder, Username = "postgres", Database = "postgres" }.ConnectionString);
    }

    private static ProcessStartInfo StartInfo(string programs, string script, bool isDurable)
    {
        string[] asOther = Environment.UserName == "root" ? ["runuser", "-u", "postgres", "--"] : [];
        string[] command = [.. asOther, "bash", "-c", script, "postgres-cluster", programs, .. isDurable ? (string[])["durable"] : []];
        return new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
    }

    /// <summary>The folder of the newest PostgreSQL: Debian keeps one per version, others have it on the path.</summary>
    private static string FindPrograms()
    {
        const string DebianFolder = "/usr/lib/postgresql";
        var versions = Directory.Exists(DebianFolder) ? Directory.GetDirectories(DebianFolder) : [];
        var onPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return versions
            .OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), out var version) ? version : 0)
            .Select(folder => Path.Combine(folder, "bin"))
            .Concat(onPath)
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres")))
            ?? throw new InvalidOperationException(
                "These tests need a PostgreSQL server and found none. Install it (Debian and Ubuntu: apt-get install postgresql), run ./test.sh, which does that, "
                + "or set MLOPS_TEST_POSTGRES to the connection string of a superuser.");
    }

    /// <summary>The text rather than the file, because the user who runs the cluster may not be allowed to read this folder.</summary>
    private static async Task<string> ReadScriptAsync()
    {
        using var reader = new StreamReader(typeof(PostgresCluster).Assembly.GetManifestResourceStream("postgres-cluster.sh")!);
        return await reader.ReadToEndAsync();
    }
}
