public static class Broken
{
    [Custom]
    public static int Run(int value, BlockContext context)
    {
        Ledger.Write("start", context);
        throw new InvalidOperationException("As the graph wants it");
    }
}
