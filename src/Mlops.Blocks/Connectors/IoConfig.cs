using Mlops.Blocks.Templates;
using Mlops.Sdk;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Mlops.Blocks.Connectors;

/// <summary>
/// Reads <c>io_config.yaml</c>: profiles with flat keys, as Mage writes it. Only the profile asked for is looked at, so that a secret that is
/// missing for one does not harm the others.
/// </summary>
/// <example>
/// <code>
/// version: 0.1.1
/// default:
///   POSTGRES_HOST: localhost
///   POSTGRES_PASSWORD: "{{ env_var('POSTGRES_PASSWORD') }}"
/// </code>
/// </example>
internal static class IoConfig
{
    private const string FileName = "io_config.yaml";
    private const int MaxDepth = 50;

    /// <param name="projectPath">Absolute path of the project.</param>
    /// <param name="profileName">The profile.</param>
    /// <param name="templates">Renders what stands between braces.</param>
    /// <param name="keyPrefix">What the keys begin with that are wanted; empty for all.</param>
    /// <exception cref="ConnectionException">The file or the profile is missing or wrong.</exception>
    public static Dictionary<string, string> ReadProfile(string projectPath, string profileName, TemplateRenderer templates, string keyPrefix = "") =>
        Settings(projectPath, profileName).Where(setting => setting.Key.StartsWith(keyPrefix, StringComparison.Ordinal))
            .ToDictionary(setting => setting.Key, setting => Expand(setting.Value, profileName, setting.Key, templates), StringComparer.Ordinal);

    /// <summary>The keys of a profile.</summary>
    /// <exception cref="ConnectionException">The file or the profile is missing or wrong.</exception>
    public static IReadOnlyList<string> ReadKeys(string projectPath, string profileName) => [.. Settings(projectPath, profileName).Select(setting => setting.Key)];

    /// <summary>Whether the project has the file, and the file the profile.</summary>
    /// <exception cref="ConnectionException">The file is wrong.</exception>
    public static bool HasProfile(string projectPath, string profileName) =>
        File.Exists(Path.Combine(projectPath, FileName)) && ReadProfiles(projectPath).Exists(profile => profile.Name == profileName);

    private static IEnumerable<(string Key, string Value)> Settings(string projectPath, string profileName)
    {
        var profiles = ReadProfiles(projectPath);
        if (profiles.FirstOrDefault(profile => profile.Name == profileName).Settings is not { } settings)
        {
            throw new ConnectionException(
                $"There is no connection profile '{profileName}' in {FileName}. "
                + (profiles.Count == 0 ? "It has none." : $"There is {string.Join(", ", profiles.Select(profile => $"'{profile.Name}'"))}."));
        }

        return settings.Children.Where(pair => pair is { Key: YamlScalarNode, Value: YamlScalarNode })
            .Select(pair => (((YamlScalarNode)pair.Key).Value ?? "", ((YamlScalarNode)pair.Value).Value ?? ""));
    }

    private static List<(string Name, YamlMappingNode Settings)> ReadProfiles(string projectPath)
    {
        try
        {
            var text = File.ReadAllText(Path.Combine(projectPath, FileName));
            CheckDepth(text);
            var yaml = new YamlStream();
            yaml.Load(new StringReader(text));
            return yaml.Documents is [{ RootNode: YamlMappingNode root }, ..]
                ? [.. root.Children.Where(pair => pair is { Key: YamlScalarNode, Value: YamlMappingNode })
                    .Select(pair => (((YamlScalarNode)pair.Key).Value ?? "", (YamlMappingNode)pair.Value))]
                : [];
        }
        catch (FileNotFoundException)
        {
            throw new ConnectionException($"The project has no {FileName}. Make one in its folder, with a profile for each database.");
        }
        catch (Exception exception) when (exception is YamlException or InvalidOperationException or ArgumentException or FormatException or OverflowException)
        {
            // YamlDotNet's scanner throws InvalidOperationException on some broken flow collections, such as "a: [1,\nb: }", and the others on
            // impossible escapes.
            var place = exception is YamlException yaml ? $", line {yaml.Start.Line}, column {yaml.Start.Column}" : "";
            throw new ConnectionException($"{FileName} is no YAML{place}: {exception.Message}", exception);
        }
    }

    /// <summary>YamlDotNet's tree calls itself for every level: some kilobytes of brackets would end the process by a stack overflow.</summary>
    private static void CheckDepth(string text)
    {
        var parser = new Parser(new StringReader(text));
        for (var depth = 0; parser.MoveNext();)
        {
            depth += parser.Current!.NestingIncrease;
            if (depth > MaxDepth)
            {
                throw new ConnectionException(
                    $"{FileName} is nested more than {MaxDepth} deep in line {parser.Current.Start.Line}. Profiles are flat: a name, and below it keys with plain values.");
            }
        }
    }

    private static string Expand(string value, string profile, string key, TemplateRenderer templates)
    {
        try
        {
            return templates.Render(value, $"{key} of the profile '{profile}' in {FileName}");
        }
        catch (TemplateException exception)
        {
            throw new ConnectionException(exception.Message, exception);
        }
    }
}
