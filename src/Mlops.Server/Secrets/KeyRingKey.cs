using System.Security.Cryptography;
using System.Text;

namespace Mlops.Server.Secrets;

/// <summary>Encrypts keys of the ring by AES-256-GCM with a key derived (HKDF-SHA256) from the setting <c>MLOPS_SECRETS_KEY</c>.</summary>
/// <param name="setting">The setting; null where it is not given, and nothing can be read.</param>
internal sealed class KeyRingKey(string? setting)
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int KeyBytes = 32;

    /// <summary>Nonce, tag and cipher text, as Base64.</summary>
    public string Encrypt(string text)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var data = new byte[NonceBytes + TagBytes + plain.Length];
        RandomNumberGenerator.Fill(data.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(Derive(), TagBytes);
        aes.Encrypt(data.AsSpan(0, NonceBytes), plain, data.AsSpan(NonceBytes + TagBytes), data.AsSpan(NonceBytes, TagBytes));
        return Convert.ToBase64String(data);
    }

    /// <exception cref="CryptographicException">The setting is missing or another one than before.</exception>
    public string Decrypt(string base64)
    {
        var data = Convert.FromBase64String(base64);
        var plain = new byte[data.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(Derive(), TagBytes);
        aes.Decrypt(data.AsSpan(0, NonceBytes), data.AsSpan(NonceBytes + TagBytes), data.AsSpan(NonceBytes, TagBytes), plain);
        return Encoding.UTF8.GetString(plain);
    }

    private byte[] Derive() => HKDF.DeriveKey(
        HashAlgorithmName.SHA256,
        Encoding.UTF8.GetBytes(setting ?? throw new CryptographicException("The key ring is encrypted, but MLOPS_SECRETS_KEY is not set.")),
        KeyBytes, info: "mlops key ring"u8.ToArray());
}
