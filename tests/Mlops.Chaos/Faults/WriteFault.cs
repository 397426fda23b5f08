namespace Mlops.Chaos.Faults;

/// <summary>What becomes of a transaction of the writer.</summary>
internal enum WriteFault
{
    /// <summary>Nothing unusual.</summary>
    None,

    /// <summary>Its first statement fails, and nothing of it lands.</summary>
    FailsAtStatement,

    /// <summary>Its commit fails, and nothing of it lands.</summary>
    FailsAtCommit,

    /// <summary>It lands, and the connection breaks before that is said.</summary>
    LandsWithoutAnswer,

    /// <summary>It hangs for longer than the driver waits, and does not land.</summary>
    TimesOut,
}
