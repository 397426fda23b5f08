using System.Text.Json.Serialization;

namespace Mlops.Core.Secrets;

/// <summary>The secrets that the blocks of a run may ask for: those of its project, and those of all projects that it has none of its own for.</summary>
/// <param name="ProjectUuid">The project.</param>
/// <param name="Values">Values by name.</param>
/// <param name="Unreadable">Names of those that cannot be decrypted here.</param>
public sealed record RunSecrets(string ProjectUuid, IReadOnlyDictionary<string, string> Values, IReadOnlyList<string> Unreadable)
{
    /// <summary>Whether some are the project's own: a process that had them is for no other project.</summary>
    public bool HasOwn { get; init; }

    /// <summary>Takes their values out of texts.</summary>
    [JsonIgnore]
    public SecretMask Mask => field ??= SecretMask.Of(Values.Values);

    /// <summary>None at all.</summary>
    public static RunSecrets None(string projectUuid) => new(projectUuid, new Dictionary<string, string>(), []);

    /// <summary>The value of a secret.</summary>
    /// <exception cref="KeyNotFoundException">There is none, or it cannot be decrypted; says how to mend it.</exception>
    public string Get(string name) => Values.TryGetValue(name, out var value)
        ? value
        : throw new KeyNotFoundException(Unreadable.Contains(name)
            ? $"The secret '{name}' of the project '{ProjectUuid}' cannot be decrypted with the keys of this server. {HowToSet(name)}"
            : $"There is no secret '{name}' for the project '{ProjectUuid}'. {HowToSet(name)}");

    /// <summary>Never a value.</summary>
    public override string ToString() => $"{Values.Count} secrets of {ProjectUuid}";

    private string HowToSet(string name) => $"Set it on the page Secrets of the project, or by: mlops secrets set {name} --project {ProjectUuid}";
}
