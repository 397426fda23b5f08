public static class First
{
    [Custom]
    public static int Run(BlockContext context)
    {
        Ledger.Write("start", context);
        Ledger.Write("end", context);
        return 1;
    }
}
