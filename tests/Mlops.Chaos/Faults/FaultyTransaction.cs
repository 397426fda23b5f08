using System.Data;
using System.Data.Common;

namespace Mlops.Chaos.Faults;

/// <summary>A transaction with a fate.</summary>
internal sealed class FaultyTransaction(FaultyConnection connection, DbTransaction inner, WriteFault fault, IWriteFate fate) : DbTransaction
{
    private WriteFault _fault = fault;

    /// <summary>The driver's transaction.</summary>
    public DbTransaction Inner { get; } = inner;

    public override IsolationLevel IsolationLevel => Inner.IsolationLevel;

    protected override DbConnection DbConnection => connection;

    /// <summary>A statement of the transaction is about to be executed.</summary>
    public void BeforeStatement()
    {
        if (_fault == WriteFault.FailsAtStatement)
        {
            Meet();
            throw connection.Break("a statement failed");
        }

        if (_fault == WriteFault.TimesOut)
        {
            Meet();
            throw connection.TimeOut(Inner);
        }
    }

    public override void Commit()
    {
        if (_fault == WriteFault.FailsAtCommit)
        {
            Meet();
            Inner.Rollback();
            throw connection.Break("the commit failed");
        }

        Inner.Commit();
        if (_fault == WriteFault.LandsWithoutAnswer)
        {
            Meet();
            throw connection.Break("the commit got no answer");
        }
    }

    public override void Rollback() => Inner.Rollback();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Meet()
    {
        fate.Note(_fault);
        _fault = WriteFault.None;
    }
}
