namespace Mlops.Core.Secrets;

/// <summary>What is told of a secret: everything but its value.</summary>
/// <param name="Name">Unique among those of its project, or of all projects.</param>
/// <param name="ProjectUuid">The project that it belongs to; null where it is for all projects.</param>
/// <param name="UpdatedAt">When it was set last, UTC.</param>
/// <param name="UpdatedBy">Who set it; null where that is not known.</param>
public sealed record Secret(string Name, string? ProjectUuid, DateTimeOffset UpdatedAt, string? UpdatedBy);
