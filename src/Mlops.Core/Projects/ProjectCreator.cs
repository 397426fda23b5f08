using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Mlops.Core.Yaml;

namespace Mlops.Core.Projects;

/// <summary>Makes new projects in a folder of projects.</summary>
public static partial class ProjectCreator
{
    private const int MaxLength = 64;

    /// <summary>
    /// Makes a project with an example pipeline and lists it in <c>settings.yaml</c>. A crash leaves at most its name in that list, which hides nothing and
    /// is taken up by the next call.
    /// </summary>
    /// <param name="projectsPath">Absolute path of the folder of projects; made where it is missing.</param>
    /// <param name="uuid">Name of the project.</param>
    /// <param name="assemblies">Absolute path of the folder with the product's assemblies, which an IDE needs for completion.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Absolute path of the project.</returns>
    /// <exception cref="InvalidRequestException"><c>invalid_project</c>: the name is none, is taken, or <c>settings.yaml</c> cannot be changed.</exception>
    public static async Task<string> CreateAsync(string projectsPath, string uuid, string assemblies, CancellationToken cancellationToken)
    {
        if (!NamePattern().IsMatch(uuid) || uuid.Length > MaxLength)
        {
            throw Invalid(
                $"'{uuid}' cannot be the name of a project. Begin with a letter and use only small letters, digits and '_', at most {MaxLength} of them"
                + (Suggest(uuid) is { Length: > 0 } better ? $", such as '{better}'." : "."));
        }

        var target = Path.Combine(projectsPath, uuid);
        if (Directory.Exists(target) || File.Exists(target))
        {
            throw Invalid($"{target} exists already, and is left as it is. Choose another name.");
        }

        Directory.CreateDirectory(projectsPath);
        await ListAsync(Path.Combine(projectsPath, PlatformSettings.FileName), uuid, cancellationToken);
        await WriteAsync(target, ProjectTemplate.Files(uuid, assemblies), cancellationToken);
        return target;
    }

    private static async Task ListAsync(string settings, string uuid, CancellationToken cancellationToken)
    {
        if (!File.Exists(settings))
        {
            await AtomicFile.WriteAsync(settings, Encoding.UTF8.GetBytes($"name: mlops\nprojects:\n  {uuid}: {{}}\n"), cancellationToken);
            return;
        }

        try
        {
            var text = await File.ReadAllTextAsync(settings, cancellationToken);
            var listed = (YamlReader.Read(text) as YamlMap)?.Find("projects");
            if (listed is null or YamlScalar { IsNull: true } || (listed is YamlMap projects && projects.Find(uuid) is not null))
            {
                return; // A file that lists none means every folder, and would hide the others if it listed one.
            }

            var edited = YamlEditor.Set(text, ["projects", uuid], JsonElement.Parse("{}")) ?? throw Invalid(
                $"{settings} is written in a way that cannot be changed in place. Add '{uuid}' to its projects, then try again.");
            await AtomicFile.WriteAsync(settings, Encoding.UTF8.GetBytes(edited), cancellationToken);
        }
        catch (YamlFormatException exception)
        {
            throw Invalid($"{settings}, line {exception.Line}: {exception.Message} Mend it, then try again.");
        }
    }

    /// <summary>All files or none: they are written elsewhere and moved into place together.</summary>
    private static async Task WriteAsync(string target, IEnumerable<(string Path, string Content)> files, CancellationToken cancellationToken)
    {
        var temporary = Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.{Path.GetRandomFileName()}.tmp");
        try
        {
            foreach (var (path, content) in files)
            {
                var full = Path.Combine(temporary, path);
                Directory.CreateDirectory(Path.GetDirectoryName(full)!);
                await File.WriteAllTextAsync(full, content, cancellationToken);
            }

            Directory.Move(temporary, target);
        }
        catch
        {
            if (Directory.Exists(temporary))
            {
                Directory.Delete(temporary, recursive: true);
            }

            throw;
        }
    }

    /// <summary><c>My Project!</c> is <c>my_project</c>; empty where nothing is left.</summary>
    private static string Suggest(string name)
    {
        var words = OtherSigns().Replace(name.ToLowerInvariant(), "_").Trim('_').TrimStart('0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '_');
        return words.Length > MaxLength ? words[..MaxLength] : words;
    }

    private static InvalidRequestException Invalid(string message) => new("invalid_project", [message]);

    [GeneratedRegex("^[a-z][a-z0-9_]*$")]
    private static partial Regex NamePattern();

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex OtherSigns();
}
