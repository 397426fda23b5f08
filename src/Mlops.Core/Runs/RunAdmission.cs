namespace Mlops.Core.Runs;

/// <summary>Whether a run of a trigger is inserted, decided in the transaction that does so.</summary>
/// <param name="IsTaken">Whether it is.</param>
/// <param name="SkippedBecause">Why it is inserted as cancelled, in words; null where it is to run.</param>
internal readonly record struct RunAdmission(bool IsTaken, string? SkippedBecause = null)
{
    /// <summary>It is to run.</summary>
    public static RunAdmission Taken { get; } = new(true);

    /// <summary>Nothing is inserted.</summary>
    public static RunAdmission Refused { get; } = new(false);

    /// <summary>It is inserted as cancelled, so that people see that and why nothing ran.</summary>
    public static RunAdmission Skipped(string reason) => new(true, reason);
}
