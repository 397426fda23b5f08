public static class Last
{
    [Custom]
    public static void Run(BlockContext context)
    {
        Ledger.Write("start", context);
        Ledger.Write("end", context);
    }
}
