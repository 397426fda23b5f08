using System.Security.Cryptography;
using Amazon.S3;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Mlops.Core;
using Mlops.Core.Runs;
using Mlops.Server.Outputs;
using Mlops.Testing;

namespace Mlops.Server.Tests.Outputs;

/// <summary>A machine with a data folder of its own, before an object store.</summary>
internal sealed class OutputMachine : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly AmazonS3Client _client;
    private readonly ServiceProvider _services;

    public OutputMachine(S3Location location, AmazonS3Client client, long cacheBytes = 1 << 30)
    {
        _client = client;
        _services = new ServiceCollection()
            .AddSingleton<TimeProvider>(Time)
            .AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance)
            .AddSingleton(typeof(ILogger<>), typeof(NullLogger<>))
            .AddMlopsCore(new MlopsCoreOptions { ProjectsPath = _folder.Path, DataPath = _folder.Path })
            .BuildServiceProvider();
        Storage = OutputsServices.Create(_services, location, new OutputsOptions(location, Path.Combine(_folder.Path, "outputs"), cacheBytes), client);
    }

    public ImpatientTime Time { get; } = new();

    public S3OutputStorage Storage { get; }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public string PathOf(string path) => Path.Combine(Storage.LocalPath, path);

    /// <summary>Writes a file as a block does; its content depends on its path.</summary>
    public BlockOutput Write(string path, int bytes = 1000)
    {
        var content = new byte[bytes];
        new Random(path.Length + path.Sum(sign => sign)).NextBytes(content);
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(path))!);
        File.WriteAllBytes(PathOf(path), content);
        File.SetLastWriteTimeUtc(PathOf(path), Time.GetUtcNow().UtcDateTime);
        return new BlockOutput
        {
            Name = "output_0",
            Kind = OutputKind.File,
            Path = path,
            SizeBytes = bytes,
            Hash = Convert.ToHexStringLower(SHA256.HashData(content)),
        };
    }

    /// <summary>Writes one output of an attempt and publishes it.</summary>
    public async Task<BlockOutput> PublishAsync(string folder, int bytes = 1000)
    {
        var output = Write($"{folder}/output_0.bin", bytes);
        await Storage.PublishAsync(folder, [output], TestContext.Current.CancellationToken);
        return output;
    }

    public async ValueTask DisposeAsync()
    {
        Storage.Dispose();
        await _services.DisposeAsync();
        _client.Dispose();
        _folder.Dispose();
    }
}
