using System.Diagnostics.CodeAnalysis;

namespace Mlops.Sdk.Tables;

/// <summary>
/// A file fetched from an http(s) address into the temporary folder, deleted on disposal. Not by DuckDB's httpfs, which is an extension
/// that would be downloaded first and knows neither limits nor our cancellation.
/// </summary>
internal sealed class CsvDownload : IDisposable
{
    private const long MaximumBytes = 2L << 30;
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(10);

    private CsvDownload(string path) => Path = path;

    public string Path { get; }

    public static bool IsAddress(string text, [NotNullWhen(true)] out Uri? address) =>
        Uri.TryCreate(text, UriKind.Absolute, out address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps);

    /// <exception cref="HttpRequestException">The server could not be reached, refused, took over 10 minutes or sent more than 2 GiB.</exception>
    public static async Task<CsvDownload> GetAsync(Uri address, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Timeout);
        var suffix = address.AbsolutePath.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? ".csv.gz" : ".csv";
        var download = new CsvDownload(System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"mlops-{Guid.NewGuid():N}{suffix}"));
        try
        {
            await download.FetchAsync(address, deadline.Token);
            return download;
        }
        catch (Exception exception)
        {
            download.Dispose();
            if (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                throw new HttpRequestException($"{address} was not read within {Timeout.TotalMinutes} minutes.", exception);
            }

            throw;
        }
    }

    public void Dispose() => File.Delete(Path);

    private async Task FetchAsync(Uri address, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { Timeout = System.Threading.Timeout.InfiniteTimeSpan };
        using var response = await SendAsync(client, address, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw new HttpRequestException($"{address} answered {(int)response.StatusCode} {response.ReasonPhrase}.", null, response.StatusCode);
        }

        await using var source = await response.Content.ReadAsStreamAsync(cancellationToken);
        await using var file = new FileStream(Path, FileMode.CreateNew, FileAccess.Write);
        var buffer = new byte[1 << 16];
        for (var length = 0L; await source.ReadAsync(buffer, cancellationToken) is > 0 and var read;)
        {
            length += read;
            if (length > MaximumBytes)
            {
                throw new HttpRequestException($"{address} is larger than 2 GiB. Download it first and give its path.");
            }

            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, Uri address, CancellationToken cancellationToken)
    {
        try
        {
            return await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            throw new HttpRequestException($"{address} could not be reached: {exception.Message}", exception);
        }
    }
}
