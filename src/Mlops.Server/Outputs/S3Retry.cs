using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Mlops.Core.Runs.Outputs;

namespace Mlops.Server.Outputs;

/// <summary>Tries requests again where that may help, ever more slowly, and says in words why the last try failed.</summary>
internal sealed class S3Retry(S3Location location, TimeProvider timeProvider, ILogger logger)
{
    /// <summary>Tries of one request; with the delays between them they go on for about 16 s.</summary>
    private const int Tries = 6;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(500);

    /// <summary>Does <paramref name="work"/> until it succeeds, cannot succeed, or was tried often enough.</summary>
    /// <param name="what">For the error, such as <c>upload the file</c>.</param>
    /// <param name="key">Key of the object, or a prefix.</param>
    /// <param name="work">One try.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="OutputStorageException">It did not succeed.</exception>
    public async Task<T> RunAsync<T>(string what, string key, Func<Task<T>> work, CancellationToken cancellationToken)
    {
        var delay = FirstDelay;
        for (var count = 1; ; count++)
        {
            try
            {
                return await work();
            }
            catch (Exception exception) when (IsExpected(exception, cancellationToken))
            {
                if (!MayPass(exception) || count == Tries)
                {
                    throw new OutputStorageException(Explain(what, key, count, exception), exception);
                }

                logger.ObjectStoreRetries(what, location.Bucket, key, delay, exception.Message);
                await Task.Delay(delay, timeProvider, cancellationToken);
                delay *= 2;
            }
        }
    }

    private static bool IsExpected(Exception exception, CancellationToken cancellationToken) => exception
        is AmazonServiceException or AmazonClientException or HttpRequestException or IOException or UnauthorizedAccessException or DamagedObjectException
        || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    private static bool MayPass(Exception exception) => exception switch
    {
        AmazonServiceException { StatusCode: HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests } => true,
        AmazonServiceException { ErrorCode: "RequestTimeout" or "SlowDown" or "OperationAborted" or "BadDigest" or "IncompleteBody" } => true,
        AmazonServiceException { StatusCode: >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError } => false,
        AmazonClientException when exception.InnerException is null => false, // No credentials and the like: nothing was sent.
        UnauthorizedAccessException => false,
        _ => !DiskSpace.IsExhausted(exception),
    };

    private string Explain(string what, string key, int count, Exception exception)
    {
        var tries = count == 1 ? "" : $" after {count} tries";
        var cause = exception switch
        {
            AmazonS3Exception { ErrorCode: "NoSuchBucket" } => $"the bucket '{location.Bucket}' does not exist. Make it, or name another by MLOPS_OUTPUTS.",
            AmazonS3Exception { ErrorCode: "InvalidAccessKeyId" } => "the store does not know the access key. Mend AWS_ACCESS_KEY_ID.",
            AmazonS3Exception { ErrorCode: "SignatureDoesNotMatch" } => "the secret key is not that of the access key. Mend AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY.",
            AmazonS3Exception { ErrorCode: "AccessDenied" } s3 => $"access is denied ({s3.Message.TrimEnd('.')}). Mend AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give them the right to read, write, list and delete there.",
            AmazonServiceException { ErrorCode: { Length: > 0 } code } service => $"{code}: {service.Message}",
            OperationCanceledException => "the store did not answer in time.",
            _ => Innermost(exception).Message,
        };
        return $"Cannot {what} {S3Location.Scheme}{location.Bucket}/{key}{tries}: {cause}";
    }

    private static Exception Innermost(Exception exception) => exception.InnerException is { } inner ? Innermost(inner) : exception;
}
