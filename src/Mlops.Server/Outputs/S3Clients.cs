using Amazon.Runtime;
using Amazon.S3;

namespace Mlops.Server.Outputs;

/// <summary>Makes clients of S3 as the usual variables say.</summary>
internal static class S3Clients
{
    /// <summary>Of stores that have no regions; their signatures need a word all the same.</summary>
    private const string AnyRegion = "us-east-1";

    /// <summary>
    /// Credentials as AWS's own tools find them (<c>AWS_ACCESS_KEY_ID</c>, profiles, roles of the machine), region by <c>AWS_REGION</c>, and another store
    /// than AWS's by <c>AWS_ENDPOINT_URL_S3</c> or <c>AWS_ENDPOINT_URL</c>. Connects to nothing yet.
    /// </summary>
    /// <exception cref="AmazonClientException">No region is to be found.</exception>
    public static AmazonS3Client Create() => new(Configure(Endpoint));

    /// <summary>A client with credentials of its own.</summary>
    public static AmazonS3Client Create(AWSCredentials credentials, Uri endpoint) => new(credentials, Configure(endpoint));

    /// <summary>The store's address where it is not AWS's; null for AWS. <see cref="Check"/> finds out whether it is one.</summary>
    private static Uri? Endpoint =>
        (Variable("AWS_ENDPOINT_URL_S3") ?? Variable("AWS_ENDPOINT_URL")) is { } address ? new Uri(address) : null;

    /// <summary>What is wrong with the variables, in words; empty where nothing is.</summary>
    public static IEnumerable<string> Check()
    {
        foreach (var name in new[] { "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL" })
        {
            if (Variable(name) is { } address && !(Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
            {
                yield return $"{name} is '{address}', which is no address of an object store. Write it like http://minio:9000.";
            }
        }

        if ((Variable("AWS_ACCESS_KEY_ID") is null) != (Variable("AWS_SECRET_ACCESS_KEY") is null))
        {
            yield return "Only one of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY is set. Set both, or neither where a profile or the machine's role gives the credentials.";
        }
    }

    private static AmazonS3Config Configure(Uri? endpoint)
    {
        var config = new AmazonS3Config
        {
            // Each file's SHA-256 is checked by ourselves, and newer kinds of checksums are refused by many stores.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,

            // S3Retry tries again, over a longer time. One retry is left to the SDK for clocks that differ, and one for a connection that the store had closed.
            RetryMode = RequestRetryMode.Standard,
            MaxErrorRetry = 1,
            MaxStaleConnectionRetries = 1,
            Timeout = TimeSpan.FromMinutes(5),
        };
        if (endpoint is not null)
        {
            config.ServiceURL = endpoint.AbsoluteUri;
            config.ForcePathStyle = true;
            config.AuthenticationRegion = Variable("AWS_REGION") ?? Variable("AWS_DEFAULT_REGION") ?? AnyRegion;
        }

        return config;
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
