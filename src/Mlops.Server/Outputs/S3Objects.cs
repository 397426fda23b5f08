using System.Net;
using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;
using Mlops.Core.Runs.Outputs;

namespace Mlops.Server.Outputs;

/// <summary>
/// Objects below a prefix of a bucket, by their paths. Only what every store that speaks S3 understands: plain requests with signed bodies, which the
/// store checks against their SHA-256, and objects removed one by one.
/// </summary>
internal sealed class S3Objects(IAmazonS3 client, S3Location location, S3Retry retry)
{
    /// <summary>Larger files go in parts of this size: a single request may bring 5 GiB at most and would begin anew after every cut connection.</summary>
    private const long PartBytes = 64 << 20;

    /// <summary>Requests that remove objects at the same time.</summary>
    private const int ParallelDeletes = 8;

    private const string HashName = "sha256";

    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(60);

    /// <summary>Puts a file.</summary>
    /// <param name="path">Path of the object.</param>
    /// <param name="filePath">Absolute path of the file.</param>
    /// <param name="hash">SHA-256 of the file, lower-case hex; kept with the object.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="OutputStorageException">It cannot be put.</exception>
    public async Task UploadAsync(string path, string filePath, string hash, CancellationToken cancellationToken)
    {
        var size = new FileInfo(filePath).Length;
        if (size > PartBytes)
        {
            await UploadPartsAsync(path, filePath, size, hash, cancellationToken);
            return;
        }

        var key = location.Prefix + path;
        await retry.RunAsync("upload the output", key, () => client.PutObjectAsync(
            new PutObjectRequest { BucketName = location.Bucket, Key = key, FilePath = filePath, UseChunkEncoding = false, Metadata = { [HashName] = hash } },
            cancellationToken), cancellationToken);
    }

    /// <summary>Puts a short text; an object that is there already is replaced.</summary>
    public async Task WriteTextAsync(string path, string text, CancellationToken cancellationToken)
    {
        var key = location.Prefix + path;
        await retry.RunAsync("write", key, () => client.PutObjectAsync(
            new PutObjectRequest { BucketName = location.Bucket, Key = key, ContentBody = text, UseChunkEncoding = false }, cancellationToken), cancellationToken);
    }

    /// <summary>The text of an object; null where there is none.</summary>
    public Task<string?> ReadTextAsync(string path, CancellationToken cancellationToken) => ReadAsync<string>(path, "read", async response =>
    {
        using var reader = new StreamReader(response.ResponseStream);
        return await reader.ReadToEndAsync(cancellationToken);
    }, cancellationToken);

    /// <summary>Hands the object's bytes to <paramref name="read"/>, from the beginning again where the connection breaks.</summary>
    /// <returns>What <paramref name="read"/> returned; null where there is no such object.</returns>
    /// <exception cref="OutputStorageException">It cannot be read.</exception>
    public Task<T?> DownloadAsync<T>(string path, Func<Stream, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
        where T : class => ReadAsync(path, "download the output", async response =>
        {
            await using var stream = new WatchedStream(response.ResponseStream, LongestSilence);
            return await read(stream, cancellationToken);
        }, cancellationToken);

    /// <summary>The names one level below a folder (empty, or a path that ends with a slash) that have something in them.</summary>
    public async IAsyncEnumerable<string> ListFoldersAsync(string folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var page in ListAsync(folder, "/", cancellationToken))
        {
            foreach (var prefix in page.CommonPrefixes ?? [])
            {
                yield return prefix[(location.Prefix.Length + folder.Length)..].TrimEnd('/');
            }
        }
    }

    /// <summary>When the newest object of a folder was put; null where there is none.</summary>
    public async Task<DateTimeOffset?> FindLastChangeAsync(string folder, CancellationToken cancellationToken)
    {
        DateTimeOffset? last = null;
        await foreach (var page in ListAsync(folder, null, cancellationToken))
        {
            foreach (var found in page.S3Objects ?? [])
            {
                var at = new DateTimeOffset(DateTime.SpecifyKind((found.LastModified ?? DateTime.MaxValue).ToUniversalTime(), DateTimeKind.Utc));
                last = last > at ? last : at;
            }
        }

        return last;
    }

    /// <summary>Removes all objects of a folder.</summary>
    public async Task DeleteFolderAsync(string folder, CancellationToken cancellationToken)
    {
        // A store that sees its own changes late may list what was removed: one more look costs little.
        await foreach (var page in ListAsync(folder, null, cancellationToken))
        {
            await Parallel.ForEachAsync(
                page.S3Objects ?? [], new ParallelOptions { MaxDegreeOfParallelism = ParallelDeletes, CancellationToken = cancellationToken },
                async (found, token) => await DeleteKeyAsync(found.Key, token));
        }
    }

    public Task DeleteAsync(string path, CancellationToken cancellationToken) => DeleteKeyAsync(location.Prefix + path, cancellationToken);

    private Task<DeleteObjectResponse> DeleteKeyAsync(string key, CancellationToken cancellationToken) =>
        retry.RunAsync("remove", key, () => client.DeleteObjectAsync(location.Bucket, key, cancellationToken), cancellationToken);

    private Task<T?> ReadAsync<T>(string path, string what, Func<GetObjectResponse, Task<T>> read, CancellationToken cancellationToken)
        where T : class
    {
        var key = location.Prefix + path;
        return retry.RunAsync(what, key, async () =>
        {
            try
            {
                using var response = await client.GetObjectAsync(location.Bucket, key, cancellationToken);
                return await read(response);
            }
            catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.NotFound && exception.ErrorCode != "NoSuchBucket")
            {
                return null;
            }
        }, cancellationToken);
    }

    private async IAsyncEnumerable<ListObjectsV2Response> ListAsync(
        string folder, string? delimiter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var prefix = location.Prefix + folder;
        string? next = null;
        do
        {
            var request = new ListObjectsV2Request { BucketName = location.Bucket, Prefix = prefix, Delimiter = delimiter, ContinuationToken = next };
            var page = await retry.RunAsync("list", prefix, () => client.ListObjectsV2Async(request, cancellationToken), cancellationToken);
            yield return page;
            next = page.IsTruncated is true ? page.NextContinuationToken : null;
        }
        while (next is not null);
    }

    private async Task UploadPartsAsync(string path, string filePath, long size, string hash, CancellationToken cancellationToken)
    {
        var key = location.Prefix + path;
        var upload = await retry.RunAsync("begin to upload the output", key, () => client.InitiateMultipartUploadAsync(
            new InitiateMultipartUploadRequest { BucketName = location.Bucket, Key = key, Metadata = { [HashName] = hash } }, cancellationToken), cancellationToken);
        try
        {
            var parts = new List<PartETag>();
            for (var position = 0L; position < size; position += PartBytes)
            {
                var request = new UploadPartRequest
                {
                    BucketName = location.Bucket,
                    Key = key,
                    UploadId = upload.UploadId,
                    PartNumber = parts.Count + 1,
                    FilePath = filePath,
                    FilePosition = position,
                    PartSize = Math.Min(PartBytes, size - position),
                    UseChunkEncoding = false,
                };
                parts.Add(new PartETag(await retry.RunAsync("upload a part of the output", key, () => client.UploadPartAsync(request, cancellationToken), cancellationToken)));
            }

            await retry.RunAsync("complete the upload of the output", key, () => client.CompleteMultipartUploadAsync(
                new CompleteMultipartUploadRequest { BucketName = location.Bucket, Key = key, UploadId = upload.UploadId, PartETags = parts }, cancellationToken), cancellationToken);
        }
        catch
        {
            await AbortAsync(key, upload.UploadId);
            throw;
        }
    }

    /// <summary>Lets go of the parts that were uploaded, which else are stored and paid for until somebody finds them.</summary>
    private async Task AbortAsync(string key, string uploadId)
    {
        try
        {
            await client.AbortMultipartUploadAsync(location.Bucket, key, uploadId, CancellationToken.None);
        }
        catch (Exception exception) when (exception is Amazon.Runtime.AmazonServiceException or Amazon.Runtime.AmazonClientException or HttpRequestException)
        {
            // What made the upload fail is the news, and is thrown on.
        }
    }
}
