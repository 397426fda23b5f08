using System.Text.Json;
using Amazon.S3;
using Mlops.Core.Triggers.Events;
using Mlops.Server.Outputs;

namespace Mlops.Server.Events;

/// <summary>
/// Objects that arrive in an object store: <c>event: {type: s3, path: "s3://uploads/orders", pattern: "*.csv", interval: 60}</c>. The place has to be one that the
/// operator allowed.
/// </summary>
internal sealed class S3EventSource(WatchedPlaces places, Lazy<IAmazonS3> client) : IEventSource
{
    public string Word => "s3";

    public bool IsCalled => false;

    public IReadOnlyList<EventKey> Keys { get; } =
    [
        new EventKey("path", "a place such as s3://bucket/prefix", value => value.ValueKind == JsonValueKind.String && S3Location.Parse(value.GetString()!) is not null, IsRequired: true),
        EventKey.Text("pattern", "names with * and ?, such as *.csv"),
        EventKey.Interval,
    ];

    public string? FindProblem(EventSettings settings) => places.Allows(S3Location.Parse(settings.Text("path")!)!)
        ? null
        : $"event.path is '{settings.Text("path")}', which is no place that may be watched. Let the operator of the server allow it by MLOPS_WATCHED_FOLDERS.";

    public IEventWatch Watch(WatchedEvents trigger, Action wake) => new S3EventWatch(trigger.Settings, S3Location.Parse(trigger.Settings.Text("path")!)!, client);
}
