using System.Text.RegularExpressions;
using Serilog.Core;
using Serilog.Events;

namespace Mlops.Server.Security;

/// <summary>Keeps tokens that stand in paths of requests out of the log and of answers.</summary>
internal sealed partial class TokenMask : ILogEventEnricher
{
    /// <summary>Properties of log events that hold paths: the framework's, which every line of a request carries, and our own.</summary>
    private static readonly string[] Names = ["RequestPath", "Path"];

    /// <summary>The path with stars in the place of a token.</summary>
    public static string? Hide(string? path) => path is null ? null : Token().Replace(path, "$1***");

    public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory)
    {
        foreach (var name in Names)
        {
            if (logEvent.Properties.TryGetValue(name, out var value) && value is ScalarValue { Value: string path } && Hide(path) is { } hidden && hidden != path)
            {
                logEvent.AddOrUpdateProperty(new LogEventProperty(name, new ScalarValue(hidden)));
            }
        }
    }

    [GeneratedRegex("^((?:/mage)?/api/(?:pipeline_schedules/[^/]*/pipeline_runs|runs)/|/approve/).+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Token();
}
