using Mlops.Core.Database;

namespace Mlops.Core.Secrets;

/// <summary>A row of <c>secret</c> as the driver gives it.</summary>
internal sealed class SecretRow
{
    public const string Columns = "scope, name, ciphertext, updated_at as UpdatedAt, updated_by as UpdatedBy";

    public string Scope { get; init; } = "";
    public string Name { get; init; } = "";
    public string Ciphertext { get; init; } = "";
    public long UpdatedAt { get; init; }
    public string? UpdatedBy { get; init; }

    public SecretPurpose Purpose => new(Scope, Name);

    public Secret ToSecret() => new(Name, Scope.Length == 0 ? null : Scope, Timestamps.FromMicroseconds(UpdatedAt), UpdatedBy);
}
