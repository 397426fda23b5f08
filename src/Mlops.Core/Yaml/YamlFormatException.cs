namespace Mlops.Core.Yaml;

/// <summary>A text is not YAML that we read. The message says what is wrong; line and column say where, from 1.</summary>
internal sealed class YamlFormatException(string message, long line, long column) : Exception(message)
{
    /// <summary>Line from 1.</summary>
    public int Line { get; } = (int)line;

    /// <summary>Column from 1.</summary>
    public int Column { get; } = (int)column;
}
