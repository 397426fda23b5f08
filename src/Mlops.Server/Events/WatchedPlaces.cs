using Mlops.Server.Outputs;

namespace Mlops.Server.Events;

/// <summary>
/// Where triggers may wait for files beside their project: the setting <c>MLOPS_WATCHED_FOLDERS</c>, such as <c>/srv/drop; s3://uploads/orders</c>. Places in
/// object stores have to be named, because they are listed with the server's credentials, which are none of a project's.
/// </summary>
/// <param name="Folders">Absolute paths of folders.</param>
/// <param name="Locations">Places in object stores.</param>
internal sealed record WatchedPlaces(IReadOnlyList<string> Folders, IReadOnlyList<S3Location> Locations)
{
    public static WatchedPlaces None { get; } = new([], []);

    /// <param name="setting">Places separated by semicolons; null for none.</param>
    /// <param name="errors">Takes everything that is wrong.</param>
    public static WatchedPlaces Parse(string? setting, ICollection<string> errors)
    {
        if (setting is null)
        {
            return None;
        }

        List<string> folders = [];
        List<S3Location> locations = [];
        foreach (var place in setting.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (S3Location.Parse(place) is { } location)
            {
                locations.Add(location);
            }
            else if (Path.IsPathFullyQualified(place) && !place.Split('/').Contains(".."))
            {
                folders.Add(Path.TrimEndingDirectorySeparator(place));
            }
            else
            {
                errors.Add($"'{place}' of MLOPS_WATCHED_FOLDERS is no place that can be watched. Write absolute paths of folders, or s3://bucket/prefix, separated by ';'.");
            }
        }

        foreach (var error in locations.Count > 0 ? S3Clients.Check() : [])
        {
            errors.Add(error);
        }

        return new WatchedPlaces(folders, locations);
    }

    /// <summary>Whether a place is one of the allowed ones, or in one.</summary>
    public bool Allows(S3Location location) => Locations.Any(allowed => allowed.Bucket == location.Bucket && location.Prefix.StartsWith(allowed.Prefix, StringComparison.Ordinal));
}
