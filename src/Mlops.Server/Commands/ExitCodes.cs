namespace Mlops.Server.Commands;

/// <summary>What the program's exit codes mean.</summary>
internal static class ExitCodes
{
    public const int Completed = 0;

    /// <summary>The run failed or was cancelled.</summary>
    public const int Failed = 1;

    /// <summary>It was not even tried: wrong usage, settings, names or variables.</summary>
    public const int Invalid = 2;
}
