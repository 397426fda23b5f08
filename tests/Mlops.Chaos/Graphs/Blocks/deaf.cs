/// <summary>Takes longer than its timeout and heeds no token.</summary>
public static class Deaf
{
    [Custom]
    public static void Run(int value, BlockContext context)
    {
        Ledger.Write("start", context);
        Thread.Sleep(TimeSpan.FromMinutes(10));
        Ledger.Write("end", context);
    }
}
