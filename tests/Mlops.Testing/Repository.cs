namespace Mlops.Testing;

/// <summary>The folder of the repository that these tests were built from.</summary>
public static class Repository
{
    /// <summary>Absolute path of the folder that holds <c>Mlops.sln</c>.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    /// <summary>Absolute path of something in it.</summary>
    public static string Combine(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "Mlops.sln"))
            ? folder
            : Find(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds Mlops.sln"));
}
