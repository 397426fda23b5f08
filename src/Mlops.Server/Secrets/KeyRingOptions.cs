namespace Mlops.Server.Secrets;

/// <summary>Where the keys of ASP.NET Core Data Protection are kept.</summary>
/// <param name="FolderPath">Absolute path of a folder; null for the metadata database, where several servers share it.</param>
/// <param name="Key">Encrypts them, at least 32 characters; null where they are kept as they are.</param>
internal sealed record KeyRingOptions(string? FolderPath, string? Key)
{
    public const int MinKeyCharacters = 32;

    /// <summary>Never the key.</summary>
    public override string ToString() => FolderPath ?? "database";
}
