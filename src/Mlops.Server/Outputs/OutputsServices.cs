using Amazon.S3;
using Mlops.Core.Runs.Outputs;

namespace Mlops.Server.Outputs;

/// <summary>Registration of the object store for outputs.</summary>
internal static class OutputsServices
{
    /// <summary>Puts an object store in the place of Core's folder where <paramref name="options"/> name one; to be called after Core is added.</summary>
    public static IServiceCollection AddMlopsOutputs(this IServiceCollection services, OutputsOptions options)
    {
        if (options.Location is { } location)
        {
            services.AddSingleton<IAmazonS3>(_ => S3Clients.Create());
            services.AddSingleton<IOutputStorage>(provider => Create(provider, location, options, provider.GetRequiredService<IAmazonS3>()));
        }

        return services;
    }

    /// <summary>The store over a client.</summary>
    internal static S3OutputStorage Create(IServiceProvider services, S3Location location, OutputsOptions options, IAmazonS3 client)
    {
        var time = services.GetRequiredService<TimeProvider>();
        var logger = services.GetRequiredService<ILogger<S3OutputStorage>>();
        var cache = new OutputCache(options.CachePath, options.CacheBytes, services.GetRequiredService<HeldRuns>(), time, logger);
        return new S3OutputStorage(location, new S3Objects(client, location, new S3Retry(location, time, logger)), cache);
    }
}

/// <summary>Where outputs are kept beyond this machine.</summary>
/// <param name="Location">In an object store; null for a folder, which Core does by itself.</param>
/// <param name="CachePath">Absolute path of the folder for copies of what is in the object store.</param>
/// <param name="CacheBytes">Bytes that the copies may take, at least 1.</param>
internal sealed record OutputsOptions(S3Location? Location, string CachePath, long CacheBytes);
