using Mlops.Chaos.Faults;

namespace Mlops.Core.Tests.Database;

/// <summary>Every other transaction meets the fault, so that each is tried twice.</summary>
internal sealed class EveryOther : IWriteFate
{
    private bool _isNext;

    /// <summary>None until a test sets it.</summary>
    public WriteFault Fault { get; set; }

    public int Met { get; private set; }

    public WriteFault Roll() => Fault != WriteFault.None && (_isNext = !_isNext) ? Fault : WriteFault.None;

    public void Note(WriteFault fault) => Met++;
}
