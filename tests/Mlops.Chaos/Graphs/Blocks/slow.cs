using System.Diagnostics;

/// <summary>Waits for a process of its own.</summary>
public static class Slow
{
    [Custom]
    public static async Task<int> Run(int value, BlockContext context, CancellationToken cancellationToken)
    {
        Ledger.Write("start", context);
        using var process = Process.Start("sleep", "4");
        await process.WaitForExitAsync(cancellationToken);
        Ledger.Write("end", context);
        return value + 1;
    }
}
