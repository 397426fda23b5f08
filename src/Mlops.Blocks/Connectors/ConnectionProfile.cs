using System.Globalization;
using Mlops.Sdk;

namespace Mlops.Blocks.Connectors;

/// <summary>A profile of a project's <c>io_config.yaml</c>, its references to the environment replaced. Holds secrets: never put a value in a message.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ProjectPath">Absolute path of the project.</param>
/// <param name="DataPath">Absolute path of the data directory.</param>
/// <param name="Settings">Its settings by key.</param>
internal sealed record ConnectionProfile(string Name, string ProjectPath, string DataPath, IReadOnlyDictionary<string, string> Settings)
{
    public string? Find(string key) => Settings.TryGetValue(key, out var value) && value.Length > 0 ? value : null;

    /// <exception cref="ConnectionException">There is no such setting.</exception>
    public string Require(string key) => Find(key) ?? throw new ConnectionException($"The profile '{Name}' in io_config.yaml has no {key}. Add it.");

    /// <exception cref="ConnectionException">The setting is no whole number.</exception>
    public int? FindNumber(string key) =>
        Find(key) is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw new ConnectionException($"{key} of the profile '{Name}' in io_config.yaml is no whole number.");

    public override string ToString() => Name;
}
