namespace Mlops.Server.Hosting;

/// <summary>Finds the projects folder of whoever gives none.</summary>
internal static class ProjectsFolder
{
    /// <summary>The first <c>projects/</c> with a <c>settings.yaml</c> from the current folder upwards, then from the program's own; null without one.</summary>
    public static string? Find() => FindFrom(Environment.CurrentDirectory) ?? FindFrom(AppContext.BaseDirectory);

    /// <summary>The first one from <paramref name="start"/> upwards.</summary>
    public static string? FindFrom(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            var projects = Path.Combine(folder.FullName, "projects");
            if (File.Exists(Path.Combine(projects, "settings.yaml")))
            {
                return projects;
            }
        }

        return null;
    }
}
