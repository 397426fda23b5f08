using System.Diagnostics;

namespace Mlops.Testing;

/// <summary>
/// An object store that speaks S3: OpenStack Swift, with signatures, multipart uploads and checked hashes. The one that <c>MLOPS_TEST_S3</c> names
/// (<c>http://127.0.0.1:1234 access-key secret-key</c>), else a private one in a temporary folder that ends with this process. Started at first use. Where
/// Swift is missing, tests fail and say how to get it.
/// </summary>
/// <param name="Endpoint">Its address.</param>
/// <param name="AccessKey">Of its one user.</param>
/// <param name="SecretKey">Of its one user.</param>
public sealed record S3Server(Uri Endpoint, string AccessKey, string SecretKey)
{
    /// <summary>Debian's packages belong to this one, whichever Python comes first on the path.</summary>
    private const string Python = "/usr/bin/python3";

    private static readonly Lazy<Task<S3Server>> Started = new(StartAsync);

    /// <summary>Keeps the server's standard input open; the operating system closes it with this process, which ends the server.</summary>
    private static Process? _process;

    /// <summary>The server of this test process.</summary>
    public static Task<S3Server> GetAsync() => Started.Value;

    private static async Task<S3Server> StartAsync()
    {
        if (Environment.GetEnvironmentVariable("MLOPS_TEST_S3") is { Length: > 0 } given)
        {
            return Parse(given);
        }

        if (!File.Exists(Python))
        {
            throw new InvalidOperationException(Missing("there is no " + Python));
        }

        _process = Process.Start(new ProcessStartInfo(Python, ["-c", await ReadScriptAsync()])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = _process.StandardError.ReadToEndAsync();
        return await _process.StandardOutput.ReadLineAsync() is { } line ? Parse(line) : throw new InvalidOperationException(Missing(await errors));
    }

    private static S3Server Parse(string line) => line.Split(' ') is [var address, var accessKey, var secretKey]
        ? new S3Server(new Uri(address), accessKey, secretKey)
        : throw new InvalidOperationException($"'{line}' is not 'address access-key secret-key' of a store that speaks S3.");

    private static string Missing(string reason) =>
        "These tests need OpenStack Swift and could not start it. Install it (Debian and Ubuntu: apt-get install python3-swift), run ./test.sh, which does that, "
        + $"or set MLOPS_TEST_S3 to 'address access-key secret-key' of another store that speaks S3. {reason}";

    private static async Task<string> ReadScriptAsync()
    {
        using var reader = new StreamReader(typeof(S3Server).Assembly.GetManifestResourceStream("s3-server.py")!);
        return await reader.ReadToEndAsync();
    }
}
