using Mlops.Core.Secrets;

namespace Mlops.Server.Api;

/// <summary>Secrets, without their values.</summary>
/// <param name="Secrets">By name.</param>
internal sealed record SecretList(IReadOnlyList<SecretResource> Secrets)
{
    public static SecretList From(IReadOnlyList<Secret> secrets) => new([.. secrets.Select(SecretResource.From)]);
}

/// <summary>A secret, without its value.</summary>
internal sealed record SecretResource
{
    /// <summary>Unique among those of its project, or of all projects.</summary>
    /// <example>SLACK_TOKEN</example>
    public required string Name { get; init; }

    /// <summary>Uuid of the project that it belongs to; null where it is for all projects.</summary>
    public string? ProjectUuid { get; init; }

    /// <summary>When it was set last, UTC.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Who set it; null where that is not known.</summary>
    public string? UpdatedBy { get; init; }

    public static SecretResource From(Secret secret) => new()
    {
        Name = secret.Name,
        ProjectUuid = secret.ProjectUuid,
        UpdatedAt = secret.UpdatedAt,
        UpdatedBy = secret.UpdatedBy,
    };
}

/// <summary>The value of a secret, on its way in.</summary>
internal sealed record SecretValue
{
    /// <summary>4 to 65,536 characters.</summary>
    public required string Value { get; init; }

    /// <summary>Never the value.</summary>
    public override string ToString() => "a secret";
}
