using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Mlops.Core.Secrets;
using Mlops.Server.Secrets;
using Mlops.Server.Tests.Fixtures;
using Mlops.Testing;

namespace Mlops.Server.Tests.Secrets;

public sealed class KeyRingTests
{
    private static readonly SecretPurpose Purpose = new("demo", "TOKEN");

    [Fact]
    public async Task Servers_on_one_database_read_what_the_others_encrypted_and_no_key_lies_in_their_folders()
    {
        await using var database = await PostgresDatabase.CreateAsync();
        await using var one = new ServerUnderTest(new TestProjects("demo"), new() { ["Mlops:Database"] = database.ConnectionString });
        await using var other = new ServerUnderTest(new TestProjects("demo"), new() { ["Mlops:Database"] = database.ConnectionString });

        var ciphertext = one.Services.GetRequiredService<SecretCipher>().Protect(Purpose, "value"u8.ToArray());

        Assert.Equal("value"u8.ToArray(), other.Services.GetRequiredService<SecretCipher>().Unprotect(Purpose, ciphertext));
        Assert.False(Directory.Exists(Path.Combine(one.Projects.DataPath, "keys")));
        Assert.Contains("<masterKey", Assert.Single(await one.Services.GetRequiredService<KeyRingStore>().ListAsync(CancellationToken.None)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_encrypted_for_one_secret_cannot_be_read_as_another_one()
    {
        await using var server = new ServerUnderTest(new TestProjects("demo"));
        var cipher = server.Services.GetRequiredService<SecretCipher>();

        var ciphertext = cipher.Protect(Purpose, "value"u8.ToArray());

        Assert.Throws<CryptographicException>(() => cipher.Unprotect(Purpose with { Name = "OTHER" }, ciphertext));
        Assert.Throws<CryptographicException>(() => cipher.Unprotect(Purpose with { Scope = "" }, ciphertext));
    }

    [Fact]
    public async Task The_folder_of_keys_is_for_the_servers_user_alone()
    {
        await using var server = new ServerUnderTest(new TestProjects("demo"));
        server.Services.GetRequiredService<SecretCipher>().Protect(Purpose, "value"u8.ToArray());

        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, new DirectoryInfo(Path.Combine(server.Projects.DataPath, "keys")).UnixFileMode);
    }

    [Fact]
    public async Task With_a_key_of_its_own_the_ring_in_the_database_tells_nothing_and_another_key_reads_nothing()
    {
        await using var database = await PostgresDatabase.CreateAsync();
        await using var one = Open("first-key-that-nobody-can-guess-1");
        var ciphertext = one.Services.GetRequiredService<SecretCipher>().Protect(Purpose, "value"u8.ToArray());
        var ring = Assert.Single(await one.Services.GetRequiredService<KeyRingStore>().ListAsync(CancellationToken.None));
        Assert.Contains("<encryptedKey", ring, StringComparison.Ordinal);
        Assert.DoesNotContain("<masterKey", ring, StringComparison.Ordinal);

        await using var same = Open("first-key-that-nobody-can-guess-1");
        Assert.Equal("value"u8.ToArray(), same.Services.GetRequiredService<SecretCipher>().Unprotect(Purpose, ciphertext));
        foreach (var key in new[] { "second-key-that-nobody-can-guess-", null })
        {
            await using var other = Open(key);
            Assert.ThrowsAny<CryptographicException>(() => other.Services.GetRequiredService<SecretCipher>().Unprotect(Purpose, ciphertext));
        }

        ServerUnderTest Open(string? key)
        {
            var settings = new Dictionary<string, string> { ["Mlops:Database"] = database.ConnectionString };
            if (key is not null)
            {
                settings["Mlops:SecretsKey"] = key;
            }

            return new ServerUnderTest(new TestProjects("demo"), settings);
        }
    }

    [Fact]
    public void What_was_changed_cannot_be_read()
    {
        var key = new KeyRingKey("first-key-that-nobody-can-guess-1");
        var data = Convert.FromBase64String(key.Encrypt("text"));
        data[^1] ^= 1;

        Assert.Equal("text", key.Decrypt(key.Encrypt("text")));
        Assert.ThrowsAny<CryptographicException>(() => key.Decrypt(Convert.ToBase64String(data)));
    }
}
