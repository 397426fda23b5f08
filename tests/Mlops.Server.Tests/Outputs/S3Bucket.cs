using Amazon.Runtime;
using Amazon.S3;
using Mlops.Server.Outputs;
using Mlops.Testing;

namespace Mlops.Server.Tests.Outputs;

/// <summary>A bucket of one test.</summary>
internal sealed class S3Bucket : IDisposable
{
    private S3Bucket(S3Server server, S3Location location)
    {
        Server = server;
        Location = location;
        Client = CreateClient();
    }

    public S3Server Server { get; }

    public S3Location Location { get; }

    public AmazonS3Client Client { get; }

    /// <summary>What a process needs to reach it.</summary>
    public Dictionary<string, string> Environment => new()
    {
        ["MLOPS_OUTPUTS"] = Location.ToString(),
        ["AWS_ENDPOINT_URL_S3"] = Server.Endpoint.AbsoluteUri,
        ["AWS_ACCESS_KEY_ID"] = Server.AccessKey,
        ["AWS_SECRET_ACCESS_KEY"] = Server.SecretKey,
    };

    public static async Task<S3Bucket> CreateAsync()
    {
        var bucket = new S3Bucket(await S3Server.GetAsync(), new S3Location($"test-{Guid.NewGuid():N}", "a/prefix/"));
        await bucket.Client.PutBucketAsync(bucket.Location.Bucket);
        return bucket;
    }

    /// <summary>A client of its own, by other credentials or through another address where they are given.</summary>
    public AmazonS3Client CreateClient(Uri? endpoint = null, string? accessKey = null, string? secretKey = null) => S3Clients.Create(
        new BasicAWSCredentials(accessKey ?? Server.AccessKey, secretKey ?? Server.SecretKey), endpoint ?? Server.Endpoint);

    /// <summary>Keys of all objects without the prefix.</summary>
    public async Task<IReadOnlyList<string>> ListAsync()
    {
        var response = await Client.ListObjectsV2Async(new() { BucketName = Location.Bucket, Prefix = Location.Prefix });
        return [.. (response.S3Objects ?? []).Select(found => found.Key[Location.Prefix.Length..]).Order(StringComparer.Ordinal)];
    }

    public void Dispose() => Client.Dispose();
}
