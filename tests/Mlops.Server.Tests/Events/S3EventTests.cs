using System.Text.Json;
using Amazon.S3;
using Amazon.S3.Model;
using Mlops.Core.Projects;
using Mlops.Core.Secrets;
using Mlops.Core.Triggers.Events;
using Mlops.Server.Events;
using S3Bucket = Mlops.Server.Tests.Outputs.S3Bucket;

namespace Mlops.Server.Tests.Events;

/// <summary>Objects that arrive in a bucket of a real object store.</summary>
public sealed class S3EventTests : IAsyncLifetime
{
    private S3Bucket _bucket = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _bucket = await S3Bucket.CreateAsync();

    public ValueTask DisposeAsync()
    {
        _bucket.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Objects_below_the_prefix_are_events_and_one_that_is_replaced_is_another()
    {
        await PutAsync("orders.csv", "a");
        await PutAsync("deep/more.csv", "bb");
        await PutAsync("orders.txt", "c");
        await _bucket.Client.PutObjectAsync(new PutObjectRequest { BucketName = _bucket.Location.Bucket, Key = "elsewhere.csv", ContentBody = "d", UseChunkEncoding = false }, Cancellation);
        using var watch = Watch(_bucket.Location.ToString(), "*.csv");

        var look = await watch.LookAsync(new EventStand(true, null), Cancellation);
        await PutAsync("orders.csv", "b");
        var later = await watch.LookAsync(new EventStand(false, null), Cancellation);

        Assert.True(look.ListsAll);
        Assert.Equal(["deep/more.csv", "orders.csv"], look.Events.Select(found => Text(found, "name")).Order(StringComparer.Ordinal));
        var told = look.Events.Single(found => Text(found, "name") == "orders.csv").Describe();
        Assert.Equal(
            ($"{_bucket.Location}/orders.csv", _bucket.Location.Bucket, "a/prefix/orders.csv", 1, "0cc175b9c0f1b6a831c399e269772661"),
            (told["path"].GetString(), told["bucket"].GetString(), told["key"].GetString(), told["size"].GetInt32(), told["etag"].GetString()));
        Assert.InRange(told["modified_at"].GetDateTimeOffset(), TimeProvider.System.GetUtcNow().AddMinutes(-5), TimeProvider.System.GetUtcNow().AddMinutes(5));
        Assert.Single(later.Events.Select(found => found.Key).Except(look.Events.Select(found => found.Key)));
    }

    [Fact]
    public async Task More_objects_than_a_page_holds_are_all_found()
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, 1_050), new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancellation }, async (i, _) => await PutAsync($"{i}.csv", "x"));
        using var watch = Watch(_bucket.Location.ToString(), "*");

        Assert.Equal(1_050, (await watch.LookAsync(new EventStand(false, null), Cancellation)).Events.Count);
    }

    [Fact]
    public async Task A_bucket_that_is_not_there_is_said()
    {
        using var watch = Watch($"s3://no-{Guid.NewGuid():N}", "*");

        var exception = await Assert.ThrowsAsync<EventException>(() => watch.LookAsync(new EventStand(false, null), Cancellation));

        Assert.Contains("cannot be listed", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("s3://uploads/orders", true)]
    [InlineData("s3://uploads/orders/2026", true)]
    [InlineData("s3://uploads/orders-of-others", false)]
    [InlineData("s3://uploads", false)]
    [InlineData("s3://other/orders", false)]
    public void Only_places_that_the_operator_allowed_may_be_watched(string path, bool isAllowed)
    {
        List<string> errors = [];
        var places = WatchedPlaces.Parse("/srv/drop/ ; s3://uploads/orders", errors);
        Assert.Equal(["/srv/drop"], places.Folders);
        Assert.Empty(errors);

        var problem = Source(places).FindProblem(Settings(path, "*"));

        Assert.Equal(isAllowed ? null : $"event.path is '{path}', which is no place that may be watched. Let the operator of the server allow it by MLOPS_WATCHED_FOLDERS.", problem);
    }

    [Fact]
    public void A_place_that_cannot_be_watched_is_an_error_of_the_setting()
    {
        List<string> errors = [];
        WatchedPlaces.Parse("drop;/srv/../etc;s3://x", errors);

        Assert.Equal(3, errors.Count);
        Assert.Equal("'drop' of MLOPS_WATCHED_FOLDERS is no place that can be watched. Write absolute paths of folders, or s3://bucket/prefix, separated by ';'.", errors[0]);
    }

    private S3EventSource Source(WatchedPlaces places) => new(places, new Lazy<IAmazonS3>(_bucket.Client));

    private IEventWatch Watch(string path, string pattern) => Source(WatchedPlaces.None).Watch(
        new WatchedEvents(1, new Project("p", "/p"), Settings(path, pattern), DateTimeOffset.UnixEpoch, _ => Task.FromResult(RunSecrets.None("p"))), () => { })!;

    private static EventSettings Settings(string path, string pattern) => EventSettings.Read(JsonSerializer.Serialize(new { type = "s3", path, pattern }), null)!;

    private static string? Text(FoundEvent found, string key) => found.Describe()[key].GetString();

    private Task<PutObjectResponse> PutAsync(string name, string text) => _bucket.Client.PutObjectAsync(
        new PutObjectRequest { BucketName = _bucket.Location.Bucket, Key = _bucket.Location.Prefix + name, ContentBody = text, UseChunkEncoding = false }, Cancellation);
}
