using System.Security.Cryptography;

namespace Mlops.Core.Triggers;

/// <summary>
/// What proves that a caller may start runs of a trigger. It is stored as it is, because it is also the key of signatures, is shown with the trigger's
/// address, and may stand in <c>triggers.yaml</c>: whoever reads the database can start runs by it.
/// </summary>
internal static class TriggerToken
{
    /// <summary>Characters that a token of a file has at least.</summary>
    public const int LeastLength = 16;

    private const int RandomBytes = 24;

    /// <summary>A token of 192 random bits, 32 characters that need no escaping in an address.</summary>
    public static string Create() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(RandomBytes)).Replace('+', '-').Replace('/', '_');

    /// <summary>Whether a token can stand in an address and is not guessed at once.</summary>
    public static bool IsGood(string token) => token.Length >= LeastLength && token.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_');
}
