using Microsoft.Extensions.Logging;
using Mlops.Core.Runs;

namespace Mlops.Blocks.Logs;

/// <summary>The <see cref="ILogger"/> that a block is given: writes to its log.</summary>
internal sealed class BlockLogger(BlockLog log) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        ArgumentNullException.ThrowIfNull(formatter);
        if (!IsEnabled(logLevel))
        {
            return;
        }

        var message = formatter(state, exception);
        log.Write(ToRunLogLevel(logLevel), exception is null ? message : $"{message}\n{exception}");
    }

    private static RunLogLevel ToRunLogLevel(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => RunLogLevel.Debug,
        LogLevel.Information => RunLogLevel.Info,
        LogLevel.Warning => RunLogLevel.Warning,
        _ => RunLogLevel.Error,
    };
}
