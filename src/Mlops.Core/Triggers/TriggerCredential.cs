using System.Security.Cryptography;
using System.Text;

namespace Mlops.Core.Triggers;

/// <summary>How a caller proves that he knows the token of a trigger: by giving it, or by signing what he sends with it.</summary>
public sealed class TriggerCredential
{
    private const string SignaturePrefix = "sha256=";

    /// <summary>Compared with where there is no token, so that an unknown trigger takes as long as a wrong token.</summary>
    private static readonly string Nobody = TriggerToken.Create();

    private readonly byte[] _given;
    private readonly Func<string, byte[]> _expect;

    private TriggerCredential(byte[] given, Func<string, byte[]> expect)
    {
        _given = given;
        _expect = expect;
    }

    /// <summary>The token itself.</summary>
    public static TriggerCredential OfToken(string token) => new(Hash(token), Hash);

    /// <summary>A signature of the body: HMAC-SHA256 with the token's UTF-8 bytes as key, as GitHub and others sign webhooks.</summary>
    /// <param name="signature"><c>sha256=</c> and 64 hexadecimal digits.</param>
    /// <param name="body">The body as it was received.</param>
    public static TriggerCredential OfSignature(string signature, ReadOnlyMemory<byte> body)
    {
        var digits = signature.StartsWith(SignaturePrefix, StringComparison.OrdinalIgnoreCase) ? signature[SignaturePrefix.Length..] : "";
        var given = digits.Length == 2 * SHA256.HashSizeInBytes && digits.All(char.IsAsciiHexDigit) ? Convert.FromHexString(digits) : [];
        return new TriggerCredential(given, token => HMACSHA256.HashData(Encoding.UTF8.GetBytes(token), body.Span));
    }

    /// <summary>Whether it fits the token; takes as long whatever they have in common.</summary>
    /// <param name="token">The trigger's token; null fits nothing.</param>
    internal bool Fits(string? token) => CryptographicOperations.FixedTimeEquals(_given, _expect(token ?? Nobody)) && token is not null;

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
