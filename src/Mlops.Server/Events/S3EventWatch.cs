using System.Globalization;
using System.IO.Enumeration;
using System.Text.Json;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Mlops.Core.Triggers.Events;

namespace Mlops.Server.Events;

/// <summary>Lists the objects below a prefix. An object is complete as soon as it is there; one that was replaced has another ETag.</summary>
internal sealed class S3EventWatch(EventSettings settings, Outputs.S3Location location, Lazy<IAmazonS3> client) : IEventWatch
{
    private const int MaxObjects = 100_000;

    private static readonly TimeSpan UsualInterval = TimeSpan.FromSeconds(60);

    public async Task<EventLook> LookAsync(EventStand from, CancellationToken cancellationToken)
    {
        var pattern = settings.Text("pattern") ?? "*";
        var found = new List<FoundEvent>();
        try
        {
            var request = new ListObjectsV2Request { BucketName = location.Bucket, Prefix = location.Prefix };
            do
            {
                var page = await client.Value.ListObjectsV2Async(request, cancellationToken);
                found.AddRange((page.S3Objects ?? []).Where(each => Fits(each.Key, pattern)).Select(ToEvent));
                request.ContinuationToken = page.IsTruncated is true ? page.NextContinuationToken : null;
                Require(found.Count);
            }
            while (request.ContinuationToken is not null);
        }
        catch (Exception exception) when (exception is AmazonServiceException or AmazonClientException or HttpRequestException)
        {
            throw new EventException($"The objects in {location} cannot be listed: {exception.Message} Check the bucket's name and the server's credentials.", exception);
        }

        return new EventLook([.. found.OrderBy(each => each.ChangedAt)], settings.Seconds(EventKey.Interval.Name, UsualInterval)) { ListsAll = true };
    }

    public void Dispose()
    {
        // Nothing is held: the client is everybody's.
    }

    private void Require(int count)
    {
        if (count > MaxObjects)
        {
            throw new EventException($"There are more than {MaxObjects:N0} objects in {location} that fit. Move those that are done elsewhere, or narrow event.path.");
        }
    }

    private static bool Fits(string key, string pattern) => !key.EndsWith('/') && FileSystemName.MatchesSimpleExpression(pattern, key.AsSpan(key.LastIndexOf('/') + 1), ignoreCase: false);

    private FoundEvent ToEvent(S3Object found)
    {
        var at = new DateTimeOffset(DateTime.SpecifyKind((found.LastModified ?? DateTime.MinValue).ToUniversalTime(), DateTimeKind.Utc));
        var key = string.Create(CultureInfo.InvariantCulture, $"{found.Key}|{found.Size}|{found.ETag}");
        return new FoundEvent(key, at, () => new Dictionary<string, JsonElement>
        {
            ["type"] = JsonSerializer.SerializeToElement("s3"),
            ["path"] = JsonSerializer.SerializeToElement($"{Outputs.S3Location.Scheme}{location.Bucket}/{found.Key}"),
            ["bucket"] = JsonSerializer.SerializeToElement(location.Bucket),
            ["key"] = JsonSerializer.SerializeToElement(found.Key),
            ["name"] = JsonSerializer.SerializeToElement(found.Key[location.Prefix.Length..]),
            ["size"] = JsonSerializer.SerializeToElement(found.Size),
            ["etag"] = JsonSerializer.SerializeToElement(found.ETag?.Trim('"')),
            ["modified_at"] = JsonSerializer.SerializeToElement(at),
        });
    }
}
