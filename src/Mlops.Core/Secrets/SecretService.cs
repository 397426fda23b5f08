using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Mlops.Core.Database;
using Mlops.Core.Projects;

namespace Mlops.Core.Secrets;

/// <summary>
/// Secrets of projects and of all projects: set, listed by name and removed by people, read only by runs. A project's own goes before one of all projects
/// with the same name.
/// </summary>
public sealed partial class SecretService
{
    /// <summary>Characters that a value has at least: shorter ones could not be masked without making logs unreadable.</summary>
    public const int MinValueCharacters = 4;

    /// <summary>Characters that a value has at most.</summary>
    public const int MaxValueCharacters = 64 * 1024;

    private const string Invalid = "invalid_secret";

    private readonly ProjectCatalog _catalog;
    private readonly SecretStore _store;
    private readonly Lazy<SecretCipher> _cipher;
    private readonly TimeProvider _timeProvider;

    internal SecretService(ProjectCatalog catalog, SecretStore store, Lazy<SecretCipher> cipher, TimeProvider timeProvider)
    {
        _catalog = catalog;
        _store = store;
        _cipher = cipher;
        _timeProvider = timeProvider;
    }

    /// <summary>Secrets that a project can use, or those of all projects, by name; the project's own before one of all projects that it hides.</summary>
    /// <param name="projectUuid">The project; null for those of all projects only.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="NotFoundException">There is no such project.</exception>
    public async Task<IReadOnlyList<Secret>> ListAsync(string? projectUuid, CancellationToken cancellationToken)
    {
        var rows = await _store.ReadAsync(Scope(projectUuid), cancellationToken);
        return [.. rows.OrderBy(row => row.Name, StringComparer.Ordinal).ThenBy(row => row.Scope.Length == 0).Select(row => row.ToSecret())];
    }

    /// <summary>Sets a secret, whether or not there is one of that name.</summary>
    /// <param name="projectUuid">The project; null for all projects.</param>
    /// <param name="name">Letters, digits, <c>_</c>, <c>-</c> and <c>.</c>, at most 128; does not begin with a digit.</param>
    /// <param name="value">4 to 65,536 characters.</param>
    /// <param name="by">Who sets it; null where that is not known.</param>
    /// <param name="cancellationToken">Gives up before the write.</param>
    /// <exception cref="NotFoundException">There is no such project.</exception>
    /// <exception cref="InvalidRequestException"><c>invalid_secret</c>: name or value do not fit, or there are too many.</exception>
    public async Task<Secret> SetAsync(string? projectUuid, string name, string value, string? by, CancellationToken cancellationToken)
    {
        var scope = Scope(projectUuid);
        if (WhyNot(name, value) is { } problem)
        {
            throw new InvalidRequestException(Invalid, [problem]);
        }

        var row = new SecretRow
        {
            Scope = scope,
            Name = name,
            Ciphertext = Convert.ToBase64String(_cipher.Value.Protect(new SecretPurpose(scope, name), Encoding.UTF8.GetBytes(value))),
            UpdatedAt = _timeProvider.GetStorableNow().ToMicroseconds(),
            UpdatedBy = by,
        };
        return await _store.SetAsync(row, cancellationToken)
            ? row.ToSecret()
            : throw new InvalidRequestException(
                Invalid, [$"{Whose(projectUuid)} {SecretStore.MaxPerScope} secrets already, which is the most. Remove one that is not used any more."]);
    }

    /// <summary>Removes a secret.</summary>
    /// <exception cref="NotFoundException">There is no such project or secret.</exception>
    public async Task RemoveAsync(string? projectUuid, string name, CancellationToken cancellationToken)
    {
        if (!await _store.RemoveAsync(Scope(projectUuid), name, cancellationToken))
        {
            throw new NotFoundException("secret", name, $"{Whose(projectUuid)} no secret '{name}'. It may have been removed already.");
        }
    }

    /// <summary>Takes the secrets that runs of a project get out of what is shown to people; those that cannot be decrypted here it does not know.</summary>
    public async Task<SecretMask> GetMaskAsync(string projectUuid, CancellationToken cancellationToken) =>
        (await ReadAsync(projectUuid, cancellationToken)).Mask;

    /// <summary>The values for a run of a project.</summary>
    internal async Task<RunSecrets> ReadAsync(string projectUuid, CancellationToken cancellationToken)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var unreadable = new List<string>();
        var rows = await _store.ReadAsync(projectUuid, cancellationToken);
        foreach (var group in rows.GroupBy(row => row.Name, StringComparer.Ordinal))
        {
            var row = group.MaxBy(row => row.Scope.Length)!;
            if (TryDecrypt(row) is { } value)
            {
                values.Add(row.Name, value);
            }
            else
            {
                unreadable.Add(row.Name);
            }
        }

        return values.Count + unreadable.Count == 0
            ? RunSecrets.None(projectUuid)
            : new RunSecrets(projectUuid, values, unreadable) { HasOwn = rows.Any(row => row.Scope.Length > 0) };
    }

    private static string? WhyNot(string name, string value) =>
        !NamePattern().IsMatch(name) ? $"'{(name.Length > 40 ? name[..40] + "…" : name)}' is no name for a secret. Use letters, digits, '_', '-' and '.', at most 128, and begin with a letter or '_'."
        : value.Length < MinValueCharacters ? $"The value of '{name}' has {value.Length} characters; secrets have at least {MinValueCharacters}, because shorter ones cannot be masked in logs. Make it a variable."
        : value.Length > MaxValueCharacters ? $"The value of '{name}' has {value.Length:N0} characters; secrets have at most {MaxValueCharacters:N0}."
        : value.AsSpan().Trim().IsEmpty ? $"The value of '{name}' is blank."
        : null;

    private static string Whose(string? projectUuid) => projectUuid is null ? "All projects together have" : $"The project '{projectUuid}' has";

    /// <summary>Null where the key is gone: the run goes on, and a block that wants this secret is told.</summary>
    private string? TryDecrypt(SecretRow row)
    {
        try
        {
            return Encoding.UTF8.GetString(_cipher.Value.Unprotect(row.Purpose, Convert.FromBase64String(row.Ciphertext)));
        }
        catch (Exception exception) when (exception is CryptographicException or FormatException)
        {
            return null;
        }
    }

    private string Scope(string? projectUuid) => projectUuid is null ? "" : _catalog.GetProject(projectUuid).Uuid;

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_.\-]{0,127}\z")]
    private static partial Regex NamePattern();
}
