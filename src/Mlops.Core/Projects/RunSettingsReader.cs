using System.Globalization;
using Mlops.Core.Yaml;

namespace Mlops.Core.Projects;

/// <summary>Reads the settings of runs that project, pipeline and block have in common. Whatever is wrong is reported with its place, and then not there.</summary>
/// <param name="error">Takes what is wrong and where.</param>
internal sealed class RunSettingsReader(Action<YamlNode, string> error)
{
    private const int MaxRetries = 1000;
    private const double MaxDelaySeconds = 24 * 60 * 60;
    private const double MaxTimeoutSeconds = 366.0 * 24 * 60 * 60;

    /// <summary><c>retry_config: {retries: 3, delay: 5, max_delay: 60, exponential_backoff: true}</c>; delays in seconds.</summary>
    public RetrySettings ReadRetry(YamlMap map) => Section(map, "retry_config") is not { } section
        ? new RetrySettings()
        : new RetrySettings(
            Whole(section, "retries", 0, MaxRetries), Seconds(section, "delay", 0, MaxDelaySeconds), Seconds(section, "max_delay", 0, MaxDelaySeconds),
            Boolean(section, "exponential_backoff"));

    /// <summary><c>concurrency_config: {block_run_limit: 2, pipeline_run_limit: 1, on_pipeline_run_limit_reached: skip}</c>.</summary>
    public RunLimits ReadLimits(YamlMap map) => Section(map, "concurrency_config") is not { } section
        ? RunLimits.None
        : new RunLimits(
            Whole(section, "block_run_limit", 1, int.MaxValue), Whole(section, "pipeline_run_limit", 1, int.MaxValue),
            Whole(section, "pipeline_run_limit_all_triggers", 1, int.MaxValue), ReadAction(section));

    /// <summary><c>timeout: 60</c>, in seconds.</summary>
    public TimeSpan? ReadTimeout(YamlMap map) => Seconds(map, "timeout", 0.001, MaxTimeoutSeconds);

    /// <summary><c>configuration: {interval: 30}</c> of a sensor, in seconds.</summary>
    public TimeSpan? ReadInterval(YamlMap map) => map.Find("configuration") is YamlMap section ? Seconds(section, "interval", 0.1, MaxDelaySeconds) : null;

    private RunLimitAction? ReadAction(YamlMap section)
    {
        const string key = "on_pipeline_run_limit_reached";
        switch (section.FindText(key))
        {
            case null: return null;
            case "wait": return RunLimitAction.Wait;
            case "skip": return RunLimitAction.Skip;
            case var other:
                error(section.Find(key)!, $"{key} is '{other}'; write wait or skip.");
                return null;
        }
    }

    private YamlMap? Section(YamlMap map, string key)
    {
        var node = map.Find(key);
        if (node is not (null or YamlMap or YamlScalar { IsNull: true }))
        {
            error(node, $"{key} must be a mapping, found {node.Kind}.");
        }

        return node as YamlMap;
    }

    private int? Whole(YamlMap map, string key, int least, int most)
    {
        if (map.Find(key) is not { } node || node is YamlScalar { IsNull: true })
        {
            return null;
        }

        if (node is YamlScalar scalar && int.TryParse(scalar.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
        {
            return value;
        }

        error(node, $"{key} must be a whole number {(most == int.MaxValue ? $"of at least {least}" : $"from {least} to {most:N0}")}, found {node.Kind}.");
        return null;
    }

    private TimeSpan? Seconds(YamlMap map, string key, double least, double most)
    {
        if (map.Find(key) is not { } node || node is YamlScalar { IsNull: true })
        {
            return null;
        }

        if (node is YamlScalar scalar && double.TryParse(scalar.Text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            && value >= least && value <= most)
        {
            return TimeSpan.FromSeconds(value);
        }

        error(node, string.Create(CultureInfo.InvariantCulture, $"{key} must be a number of seconds from {least} to {most:0}, found {node.Kind}."));
        return null;
    }

    private bool? Boolean(YamlMap map, string key)
    {
        if (map.Find(key) is not { } node || node is YamlScalar { IsNull: true })
        {
            return null;
        }

        switch (node is YamlScalar { IsPlain: true } scalar ? YamlJson.Resolve(scalar.Text) : null)
        {
            case "true": return true;
            case "false": return false;
            default:
                error(node, $"{key} must be true or false, found {node.Kind}.");
                return null;
        }
    }
}
