using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Mlops.Core.Secrets;

namespace Mlops.Server.Secrets;

/// <summary>Registration of what encrypts secrets: ASP.NET Core Data Protection, whose keys servers on one database share.</summary>
internal static class SecretsServices
{
    private const string Purpose = "Mlops.Secrets.v1";

    public static IServiceCollection AddMlopsSecrets(this IServiceCollection services, KeyRingOptions options)
    {
        // Beside the database, so that pages that are open survive a restart, and a container needs no home folder.
        services.AddDataProtection().SetApplicationName("mlops");
        services.AddSingleton(new KeyRingKey(options.Key));
        services.AddOptions<KeyManagementOptions>().Configure<KeyRingStore, KeyRingKey, ILoggerFactory>((management, store, key, loggers) =>
        {
            management.XmlRepository = options.FolderPath is { } folder
                ? new FileSystemXmlRepository(CreatePrivate(folder), loggers)
                : new DatabaseKeyRing(store);
            management.XmlEncryptor = options.Key is null ? null : new KeyRingEncryptor(key);
        });
        return services.AddSingleton(provider =>
        {
            var root = provider.GetRequiredService<IDataProtectionProvider>();
            return new SecretCipher(
                (purpose, value) => root.CreateProtector(Purpose, purpose.Scope, purpose.Name).Protect(value),
                (purpose, ciphertext) => root.CreateProtector(Purpose, purpose.Scope, purpose.Name).Unprotect(ciphertext));
        });
    }

    /// <summary>For the user of the server alone.</summary>
    private static DirectoryInfo CreatePrivate(string folder) => OperatingSystem.IsWindows()
        ? Directory.CreateDirectory(folder)
        : Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
}
