using Amazon.S3.Model;
using Mlops.Core.Runs;
using Mlops.Core.Runs.Outputs;
using S3Location = Mlops.Server.Outputs.S3Location;

namespace Mlops.Server.Tests.Outputs;

/// <summary>Machines with separate data folders on one bucket of a real object store.</summary>
public sealed class S3OutputStorageTests : IAsyncLifetime
{
    private const string Attempt = "p/chain/7/load/2";

    private S3Bucket _bucket = null!;
    private OutputMachine _first = null!;
    private OutputMachine _second = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _bucket = await S3Bucket.CreateAsync();
        _first = new OutputMachine(_bucket.Location, _bucket.CreateClient());
        _second = new OutputMachine(_bucket.Location, _bucket.CreateClient());
    }

    public async ValueTask DisposeAsync()
    {
        await _first.DisposeAsync();
        await _second.DisposeAsync();
        _bucket.Dispose();
    }

    [Fact]
    public async Task What_one_machine_writes_another_reads()
    {
        var output = _first.Write($"{Attempt}/output_0.zip");
        _first.Write($"{Attempt}/output_0.schema.json");
        _first.Write($"{Attempt}/output_1.bin.0123.tmp");

        await _first.Storage.CheckAsync(Cancellation);
        await _first.Storage.PublishAsync(Attempt, [output], Cancellation);
        await _second.Storage.FetchAsync(output, Cancellation);

        Assert.Equal(await File.ReadAllBytesAsync(_first.PathOf(output.Path), Cancellation), await File.ReadAllBytesAsync(_second.PathOf(output.Path), Cancellation));
        Assert.Equal([$"{Attempt}/output_0.schema.json", $"{Attempt}/output_0.zip"], await _bucket.ListAsync());
        var stored = await _bucket.Client.GetObjectMetadataAsync(_bucket.Location.Bucket, _bucket.Location.Prefix + output.Path, Cancellation);
        Assert.Equal(output.Hash, stored.Metadata["sha256"]);
        Assert.Equal([output.Path], Files(_second));
    }

    [Fact]
    public async Task A_large_file_goes_in_parts()
    {
        var output = await _first.PublishAsync(Attempt, (64 << 20) + 12_345);

        await _second.Storage.FetchAsync(output, Cancellation);

        Assert.Equal(output.SizeBytes, new FileInfo(_second.PathOf(output.Path)).Length);
    }

    [Fact]
    public async Task A_file_that_is_here_whole_is_not_fetched()
    {
        var output = await _first.PublishAsync(Attempt);
        await _second.Storage.FetchAsync(output, Cancellation);
        await _bucket.Client.DeleteObjectAsync(_bucket.Location.Bucket, _bucket.Location.Prefix + output.Path, Cancellation);

        await _second.Storage.FetchAsync(output, Cancellation);
        Assert.Equal([output.Path], Files(_second));

        // Gone from the store, and cut off here: nothing is left of it.
        await File.WriteAllBytesAsync(_second.PathOf(output.Path), [1], Cancellation);
        File.Delete(_second.PathOf(output.Path));
        await _second.Storage.FetchAsync(output, Cancellation);
        Assert.Empty(Files(_second));
    }

    [Fact]
    public async Task A_copy_that_was_cut_off_is_fetched_again()
    {
        var output = await _first.PublishAsync(Attempt);
        await _second.Storage.FetchAsync(output, Cancellation);
        await File.WriteAllBytesAsync(_second.PathOf(output.Path), [1], Cancellation);

        await _second.Storage.FetchAsync(output, Cancellation);

        Assert.Equal(1000, new FileInfo(_second.PathOf(output.Path)).Length);
    }

    [Fact]
    public async Task A_damaged_object_is_noticed_by_its_hash()
    {
        var output = await _first.PublishAsync(Attempt);
        await _bucket.Client.PutObjectAsync(
            new PutObjectRequest
            {
                BucketName = _bucket.Location.Bucket,
                Key = _bucket.Location.Prefix + output.Path,
                InputStream = new MemoryStream(new byte[1000]),
                UseChunkEncoding = false,
            },
            Cancellation);

        var error = await Assert.ThrowsAsync<OutputStorageException>(() => _second.Storage.FetchAsync(output, Cancellation));

        Assert.Equal(
            $"Cannot download the output {_bucket.Location}/{output.Path} after 6 tries: it is damaged: 1,000 bytes with SHA-256 "
            + $"541b3e9daa09b20bf85fa273e5cbd3e80185aa4ec298e765db87742b70138a53 came, 1,000 bytes with {output.Hash} were put there. Run the block again.",
            error.Message);
        Assert.Empty(Files(_second));
    }

    [Fact]
    public async Task A_file_that_changed_after_its_hash_was_taken_is_not_published()
    {
        var output = _first.Write($"{Attempt}/output_0.bin") with { Hash = new string('0', 64) };

        var error = await Assert.ThrowsAsync<OutputStorageException>(() => _first.Storage.PublishAsync(Attempt, [output], Cancellation));

        Assert.Contains($"The output {output.Path} changed between its writing and its upload", error.Message, StringComparison.Ordinal);
        Assert.Empty(await _bucket.ListAsync());
    }

    [Fact]
    public async Task An_output_without_a_file_is_not_published()
    {
        var output = _first.Write($"{Attempt}/output_0.bin");
        File.Delete(_first.PathOf(output.Path));

        var error = await Assert.ThrowsAsync<OutputStorageException>(() => _first.Storage.PublishAsync(Attempt, [output], Cancellation));

        Assert.StartsWith($"The output {output.Path} was to be uploaded", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_is_cut_in_the_middle_of_an_upload_is_tried_again()
    {
        using var proxy = new CuttingProxy(_bucket.Server.Endpoint, cuts: 5, bytes: 2_000_000);
        await using var machine = new OutputMachine(_bucket.Location, _bucket.CreateClient(proxy.Address));

        var output = await machine.PublishAsync(Attempt, 8_000_000);

        Assert.Equal(5, proxy.Cuts);
        await _second.Storage.FetchAsync(output, Cancellation);
        Assert.Equal(8_000_000, new FileInfo(_second.PathOf(output.Path)).Length);
    }

    [Fact]
    public async Task A_connection_that_is_cut_in_the_middle_of_a_download_is_tried_again()
    {
        var output = await _first.PublishAsync(Attempt, 8_000_000);
        using var proxy = new CuttingProxy(_bucket.Server.Endpoint, cuts: 4, bytes: 2_000_000);
        await using var machine = new OutputMachine(_bucket.Location, _bucket.CreateClient(proxy.Address));

        await machine.Storage.FetchAsync(output, Cancellation);

        Assert.Equal(4, proxy.Cuts);
        Assert.Equal([output.Path], Files(machine));
    }

    [Fact]
    public async Task A_store_that_never_takes_the_file_is_given_up_with_bucket_key_and_cause()
    {
        using var proxy = new CuttingProxy(_bucket.Server.Endpoint, cuts: int.MaxValue, bytes: 1000);
        await using var machine = new OutputMachine(_bucket.Location, _bucket.CreateClient(proxy.Address));

        var error = await Assert.ThrowsAsync<OutputStorageException>(() => machine.PublishAsync(Attempt, 1_000_000));

        Assert.Matches($"^Cannot upload the output {_bucket.Location}/{Attempt}/output_0.bin after 6 tries: .+", error.Message);
        Assert.InRange(proxy.Cuts, 6, 6 * 3);
        Assert.Empty(await _bucket.ListAsync());
    }

    [Fact]
    public async Task A_wrong_secret_is_told_at_once()
    {
        await using var machine = new OutputMachine(_bucket.Location, _bucket.CreateClient(secretKey: "wrong"));

        var error = await Assert.ThrowsAsync<OutputStorageException>(() => machine.Storage.CheckAsync(Cancellation));

        Assert.Matches(
            $"^Cannot write {_bucket.Location}/.probe-[0-9a-f]+: the secret key is not that of the access key. Mend AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY.$", error.Message);
    }

    [Fact]
    public async Task An_unknown_user_is_told_at_once()
    {
        await using var machine = new OutputMachine(_bucket.Location, _bucket.CreateClient(accessKey: "nobody:here"));

        var error = await Assert.ThrowsAsync<OutputStorageException>(() => machine.Storage.CheckAsync(Cancellation));

        Assert.Contains("Mend AWS_ACCESS_KEY_ID", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_bucket_is_told_at_once()
    {
        await using var machine = new OutputMachine(new S3Location("nothing-here", ""), _bucket.CreateClient());

        var error = await Assert.ThrowsAsync<OutputStorageException>(() => machine.Storage.CheckAsync(Cancellation));

        Assert.Matches("^Cannot write s3://nothing-here/.probe-[0-9a-f]+: the bucket 'nothing-here' does not exist. Make it, or name another by MLOPS_OUTPUTS.$", error.Message);
    }

    [Fact]
    public async Task Of_many_that_want_one_file_each_has_it()
    {
        var output = await _first.PublishAsync(Attempt, 100_000);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _second.Storage.FetchAsync(output, Cancellation)));

        Assert.Equal([output.Path], Files(_second));
    }

    [Fact]
    public async Task A_removed_run_is_gone_from_the_store_and_from_this_machine()
    {
        await _first.PublishAsync("p/chain/7/load/1");
        await _first.PublishAsync("p/chain/7/sub/load/1");
        var kept = await _first.PublishAsync("p/chain/77/load/1");
        Assert.Equal(["p/chain/7", "p/chain/77"], await _first.Storage.ListRunFoldersAsync(Cancellation).Order().ToListAsync(Cancellation));
        Assert.InRange((await _first.Storage.FindLastChangeAsync("p/chain/7", Cancellation))!.Value, TimeProvider.System.GetUtcNow().AddMinutes(-5), TimeProvider.System.GetUtcNow().AddMinutes(5));

        await _first.Storage.DeleteAsync("p/chain/7", Cancellation);
        await _first.Storage.DeleteAsync("p/chain/7", Cancellation);

        Assert.Equal([kept.Path], await _bucket.ListAsync());
        Assert.Equal([kept.Path], Files(_first));
        Assert.Null(await _first.Storage.FindLastChangeAsync("p/chain/7", Cancellation));
    }

    [Fact]
    public async Task The_first_database_that_asks_owns_the_store()
    {
        Assert.Equal("one", await _first.Storage.ClaimAsync("one", Cancellation));
        Assert.Equal("one", await _second.Storage.ClaimAsync("two", Cancellation));
        Assert.Equal("one", await _first.Storage.ClaimAsync("one", Cancellation));
    }

    [Fact]
    public async Task Copies_take_no_more_than_their_bound_and_the_longest_unused_go_first()
    {
        await using var machine = new OutputMachine(_bucket.Location, _bucket.CreateClient(), cacheBytes: 10_000);
        var outputs = new List<BlockOutput>();
        for (var i = 1; i <= 9; i++)
        {
            outputs.Add(await machine.PublishAsync($"p/chain/{i}/load/1"));
            await machine.Storage.FetchAsync(outputs[^1], Cancellation);
            machine.Time.Ahead += TimeSpan.FromMinutes(1);
        }

        // The first one is used again, the second belongs to a run that this process executes.
        await machine.Storage.FetchAsync(outputs[0], Cancellation);
        using var held = machine.Get<RunLeases>().TryHold(2, machine.Get<RunLeases>().New(), new RunSignals());
        machine.Time.Ahead += TimeSpan.FromHours(1);
        await machine.PublishAsync("p/chain/10/load/1", 1_500);

        var wanted = new[] { 1, 2, 5, 6, 7, 8, 9, 10 }.Select(id => $"p/chain/{id}/load/1/output_0.bin").Order(StringComparer.Ordinal).ToList();
        await UntilAsync(() => Files(machine).SequenceEqual(wanted));

        Assert.False(Directory.Exists(machine.PathOf("p/chain/3")));
        await machine.Storage.FetchAsync(outputs[2], Cancellation);
        Assert.True(File.Exists(machine.PathOf(outputs[2].Path)));
    }

    private static List<string> Files(OutputMachine machine) => Directory.Exists(machine.Storage.LocalPath)
        ? [.. Directory.EnumerateFiles(machine.Storage.LocalPath, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(machine.Storage.LocalPath, file)).Order(StringComparer.Ordinal)]
        : [];

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!condition())
        {
            await timer.WaitForNextTickAsync(Cancellation);
        }
    }
}
