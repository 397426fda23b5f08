namespace Mlops.Server.Hosting;

/// <summary>The settings don't allow a start. Caught by the command line, which prints every error and exits with 2.</summary>
internal sealed class InvalidSettingsException(IReadOnlyList<string> errors) : Exception(string.Join(Environment.NewLine, errors))
{
    /// <summary>All that is wrong, in words; at least one.</summary>
    public IReadOnlyList<string> Errors { get; } = errors;
}
