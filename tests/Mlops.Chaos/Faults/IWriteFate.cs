namespace Mlops.Chaos.Faults;

/// <summary>Decides what becomes of the transactions of a writer. Asked by one thread at a time.</summary>
internal interface IWriteFate
{
    /// <summary>What becomes of the next transaction.</summary>
    WriteFault Roll();

    /// <summary>The fault took place.</summary>
    void Note(WriteFault fault);
}
