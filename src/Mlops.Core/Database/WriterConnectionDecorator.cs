using System.Data.Common;

namespace Mlops.Core.Database;

/// <summary>
/// Wraps each connection that the writer of a process opens. A host registers one only to try out what becomes of runs when writes fail, hang, or land
/// without an answer; what it throws must be what the driver would throw, since that decides whether the write is tried again.
/// </summary>
/// <param name="connection">The driver's connection, open; disposed by the one that is returned.</param>
public delegate DbConnection WriterConnectionDecorator(DbConnection connection);
