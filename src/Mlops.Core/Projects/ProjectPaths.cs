using System.Globalization;
using System.Text;

namespace Mlops.Core.Projects;

/// <summary>
/// The one place that turns a uuid or path from outside (a request, a YAML file) into a path on disk. Only relative paths that stay inside an
/// allowed folder pass, also after following links; everything else is refused with the reason.
/// </summary>
public sealed class ProjectPaths(MlopsCoreOptions options)
{
    /// <summary>Characters of a whole path.</summary>
    private const int MaxLength = 400;

    /// <summary>Bytes of one name in UTF-8: what file systems take.</summary>
    private const int MaxNameBytes = 255;

    /// <summary>Links on the way to a file; what Linux follows.</summary>
    private const int MaxLinks = 40;

    /// <summary>The absolute path of something in a project; it need not exist.</summary>
    /// <param name="project">The project.</param>
    /// <param name="path">Relative, with forward slashes.</param>
    /// <exception cref="InvalidRequestException"><c>invalid_path</c>: the path is no path inside the project.</exception>
    public string InProject(Project project, string path) => IsInside(Path.GetFullPath(options.ProjectsPath), project.DirectoryPath)
        ? Resolve(project.DirectoryPath, path)
        : throw new ArgumentException($"The project '{project.Uuid}' is not in {options.ProjectsPath}.", nameof(project));

    /// <summary>The absolute path of something in the data folder; it need not exist.</summary>
    /// <param name="path">Relative, with forward slashes.</param>
    /// <exception cref="InvalidRequestException"><c>invalid_path</c>: the path is no path inside the data folder.</exception>
    public string InData(string path) => Resolve(options.DataPath, path);

    /// <summary>Resolves a relative path inside a folder.</summary>
    /// <param name="root">Absolute path of the folder.</param>
    /// <param name="path">Relative, with forward slashes.</param>
    /// <param name="fullPath">The absolute path; empty where refused.</param>
    /// <returns>Null, or why the path is refused.</returns>
    internal static string? TryResolve(string root, string path, out string fullPath)
    {
        fullPath = "";
        if (WhyNot(path) is { } problem)
        {
            return problem;
        }

        var full = Path.GetFullPath(Path.Combine(root, path));
        if (RealPath(Path.GetFullPath(root)) is not { } realRoot || RealPath(full) is not { } real || !IsInside(realRoot, real))
        {
            return $"The path '{path}' leads out of its folder. Links may only lead to places inside it.";
        }

        fullPath = full;
        return null;
    }

    private static string Resolve(string root, string path) =>
        TryResolve(root, path, out var full) is { } problem ? throw new InvalidRequestException("invalid_path", [problem]) : full;

    /// <summary>Why a path is refused wherever it leads, in words; null where it is not.</summary>
    internal static string? WhyNot(string path)
    {
        if (string.IsNullOrWhiteSpace(path))
        {
            return "The path is empty. Give a path relative to its folder.";
        }

        if (path.Length > MaxLength)
        {
            return $"The path '{path[..40]}…' has {path.Length:N0} characters; at most {MaxLength} are allowed.";
        }

        var oddAt = path.AsSpan().IndexOfAny(path.Where(IsOdd).ToArray());
        if (oddAt >= 0)
        {
            return $"The path holds the character U+{(int)path[oddAt]:X4}, which is not allowed in names. Use letters, digits, '_', '-' and '.'.";
        }

        if (!IsNormal(path))
        {
            return $"The path '{path}' is not in Unicode's composed form (NFC), so two names could look the same. Rename it.";
        }

        var names = path.Split('/');
        return names.Any(name => name is "" or "." or ".." || name.Trim() != name)
            ? $"The path '{path}' must be relative, without '.', '..', empty names, and blanks around names."
            : names.Any(name => Encoding.UTF8.GetByteCount(name) > MaxNameBytes)
                ? $"A name in the path '{path[..40]}…' is longer than {MaxNameBytes} bytes."
                : null;
    }

    /// <summary>Control, invisible, direction-changing and unassigned characters, and those that Windows gives a meaning.</summary>
    private static bool IsOdd(char character) =>
        character is '\\' or ':' or '*' or '?' or '"' or '<' or '>' or '|'
        || char.GetUnicodeCategory(character) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse
            or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    private static bool IsNormal(string path)
    {
        try
        {
            return path.IsNormalized(NormalizationForm.FormC);
        }
        catch (ArgumentException)
        {
            return false; // Half of a surrogate pair.
        }
    }

    /// <summary>The path with every link in it followed; null where links go in a circle.</summary>
    private static string? RealPath(string fullPath)
    {
        var current = Path.GetPathRoot(fullPath)!;
        var names = new Stack<string>(Path.GetRelativePath(current, fullPath).Split(Path.DirectorySeparatorChar).Reverse());
        for (var links = 0; names.TryPop(out var name);)
        {
            var next = Path.GetFullPath(Path.Combine(current, name));
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                current = next;
                continue;
            }

            if (++links > MaxLinks)
            {
                return null;
            }

            // The target may itself lead through links, so it is walked too.
            target = Path.GetFullPath(target, current);
            current = Path.GetPathRoot(target)!;
            foreach (var step in Path.GetRelativePath(current, target).Split(Path.DirectorySeparatorChar).Reverse())
            {
                names.Push(step);
            }
        }

        return current;
    }

    private static bool IsInside(string root, string path) =>
        path == root || path.StartsWith(root.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
