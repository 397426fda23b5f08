namespace Mlops.Core.Secrets;

/// <summary>Encrypts values for the database; the host brings it, since Core knows no key ring.</summary>
/// <param name="protect">Makes cipher text of a value for a purpose; the same purpose is wanted to read it.</param>
/// <param name="unprotect">The way back; throws <see cref="System.Security.Cryptography.CryptographicException"/> where there is none.</param>
public sealed class SecretCipher(Func<SecretPurpose, byte[], byte[]> protect, Func<SecretPurpose, byte[], byte[]> unprotect)
{
    /// <summary>Cipher text of a value.</summary>
    public byte[] Protect(SecretPurpose purpose, byte[] value) => protect(purpose, value);

    /// <summary>The value of a cipher text.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">Its key is gone, or it was made for another purpose.</exception>
    public byte[] Unprotect(SecretPurpose purpose, byte[] ciphertext) => unprotect(purpose, ciphertext);
}

/// <summary>Which secret a cipher text is of, so that a row that is moved to another name or project cannot be read.</summary>
/// <param name="Scope">The project's uuid; empty for all projects.</param>
/// <param name="Name">The secret's name.</param>
public readonly record struct SecretPurpose(string Scope, string Name);
