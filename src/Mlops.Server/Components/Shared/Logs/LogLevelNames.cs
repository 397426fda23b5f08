using Mlops.Core.Runs;

namespace Mlops.Server.Components.Shared.Logs;

/// <summary>Words and icons of log levels.</summary>
internal static class LogLevelNames
{
    /// <summary>In the address and in the markup, such as <c>warning</c>.</summary>
    public static string Word(RunLogLevel level) => level switch
    {
        RunLogLevel.Debug => "debug",
        RunLogLevel.Info => "info",
        RunLogLevel.Warning => "warning",
        _ => "error",
    };

    /// <summary>On the screen, such as <c>Warn</c>.</summary>
    public static string Label(RunLogLevel level) => level switch
    {
        RunLogLevel.Debug => "Debug",
        RunLogLevel.Info => "Info",
        RunLogLevel.Warning => "Warn",
        _ => "Error",
    };

    public static string Icon(RunLogLevel level) => level switch
    {
        RunLogLevel.Debug => "chevron-right",
        RunLogLevel.Info => "info",
        RunLogLevel.Warning => "warning",
        _ => "st-failed",
    };

    /// <summary>The level that a word of an address names; null for any other text.</summary>
    public static RunLogLevel? Parse(string? word) =>
        Enum.GetValues<RunLogLevel>().Where(level => Word(level) == word).Select(level => (RunLogLevel?)level).FirstOrDefault();
}
